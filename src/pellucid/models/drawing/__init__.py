"""Pictures of models; read ``README.md`` first. The files are imported when a picture is first drawn."""

from pellucid.core.late import late_attributes

__all__ = ["draw", "plot_model"]  # pyright: ignore[reportUnsupportedDunderAll]

__getattr__, __dir__ = late_attributes(__name__, {"choose": ("draw", "plot_model")})
