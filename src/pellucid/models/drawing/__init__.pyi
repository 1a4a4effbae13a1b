from pellucid.models.drawing.choose import draw as draw, plot_model as plot_model
