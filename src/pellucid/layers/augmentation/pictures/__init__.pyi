from pellucid.layers.augmentation.pictures.grid import draw as draw
