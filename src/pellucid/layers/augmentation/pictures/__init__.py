"""Pictures of augmented images; matplotlib is imported when the first is drawn."""

from pellucid.core.late import late_attributes

__all__ = ["draw"]  # pyright: ignore[reportUnsupportedDunderAll]

__getattr__, __dir__ = late_attributes(__name__, {"grid": ("draw",)})
