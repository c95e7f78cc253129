"""A photo as large as phones take them."""

import cv2
import numpy as np

from device.camera.folder import SAMPLES


def large_photo(size: tuple[int, int], noise: float, quality: int) -> bytes:
    """A sample enlarged to ``size`` (width, height), with sensor noise so that it weighs what phones' do."""
    sample = cv2.imread(str(SAMPLES / "02.jpg"))
    height, width = sample.shape[:2]
    side = min(height, width)
    square = sample[(height - side) // 2 :, (width - side) // 2 :][:side, :side]
    pixels = cv2.resize(square, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    pixels += np.random.default_rng(7).normal(0, noise, pixels.shape).astype(np.float32)
    _, jpeg = cv2.imencode(".jpg", pixels.clip(0, 255).astype(np.uint8), (cv2.IMWRITE_JPEG_QUALITY, quality))
    return bytes(jpeg.tobytes())
