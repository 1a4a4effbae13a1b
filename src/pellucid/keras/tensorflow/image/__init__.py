"""``tf.image``: resizing, flipping, cropping and colours of images, channels last, one image or a batch."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

_HERE = "pellucid.keras.tensorflow"

__getattr__, __dir__ = facade(
    __name__,
    {
        f"{_HERE}.image.resizing": "resize ResizeMethod resize_with_pad",
        f"{_HERE}.image.framing": """crop_to_bounding_box pad_to_bounding_box central_crop resize_with_crop_or_pad
            flip_left_right flip_up_down transpose rot90 extract_patches""",
        f"{_HERE}.image.colours": """adjust_brightness adjust_contrast adjust_gamma adjust_hue adjust_saturation
            convert_image_dtype grayscale_to_rgb rgb_to_grayscale rgb_to_hsv hsv_to_rgb per_image_standardization""",
        f"{_HERE}.image.varying": """random_flip_left_right random_flip_up_down random_brightness random_contrast
            random_saturation random_hue random_crop stateless_random_flip_left_right stateless_random_flip_up_down
            stateless_random_brightness stateless_random_contrast stateless_random_saturation stateless_random_hue
            stateless_random_crop""",
        f"{_HERE}.image.measuring": "psnr ssim total_variation image_gradients sobel_edges",
        f"{_HERE}.io.images": """decode_jpeg decode_png decode_bmp decode_gif decode_image encode_jpeg encode_png
            is_jpeg""",
    },
)
