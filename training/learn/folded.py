"""A convolution with batch normalisation that can fold into its kernel: what learns is what ships.

While the network learns, its layers normalise by the statistics of the batch; held still, they use the
kept ones. At the end the normalisation is folded into the kernel and both are rounded as int8 rounds them,
so that the last steps are learned with the very numbers that the file will hold (Jacob et al. 2018,
arXiv:1712.05877).
"""

from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

LARGEST_ACTIVATION = 6.0
"""Where ReLU6 ends."""

ACTIVATION_STEP = LARGEST_ACTIVATION / 255
"""0 to 6 is what the 256 levels of an int8 activation cover."""

KERNEL_LEVELS = 127
"""Steps from 0 to the largest number of a channel's kernel, on either side."""

_EPSILON = 1e-3
"""Keras' own MobileNet divides by ``sqrt(variance + 0.001)``."""


@keras.saving.register_keras_serializable("skin_kiosk")
class Folded(keras.layers.Layer):  # type: ignore[misc]
    """``relu6(normalise(conv(x, kernel)))`` with "same" padding.

    ``depthwise`` filters each channel alone (``filters`` then is not used). With ``folded`` True the
    kept statistics are folded into the kernel for good, kernel and output are rounded as int8 rounds
    them, and gradients pass the rounding as if it were not there.
    """

    def __init__(self, filters: int, size: int, stride: int, depthwise: bool = False, **names: Any) -> None:
        super().__init__(**names)
        self.filters, self.size, self.stride, self.depthwise = filters, size, stride, depthwise
        self.normalise = keras.layers.BatchNormalization(epsilon=_EPSILON)
        self.folded = False

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the kernel ``[size, size, in, out]`` (depthwise: ``[..., in, 1]``) and its normalisation."""
        channels = input_shape[-1]
        out = channels if self.depthwise else self.filters
        shape = (self.size, self.size, channels, 1 if self.depthwise else out)
        self.kernel = self.add_weight(shape=shape, initializer="glorot_uniform", name="kernel")
        self.normalise.build((*input_shape[:-1], out))

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Float ``[n, height, width, channels]`` in and out, 0 to 6."""
        if not self.folded and self.trainable:
            answer = self.normalise(self._convolve(inputs, self.kernel), training=training)
            return ops.relu6(answer)
        kernel, bias = self._fold()
        if not self.folded:
            return ops.relu6(self._convolve(inputs, kernel) + bias)
        answer = self._convolve(inputs, _rounded_kernel(kernel, self.depthwise)) + bias
        return _rounded_activation(ops.relu6(answer))

    def start_from(self, kernel: NDArray[np.float32], normalisation: list[NDArray[np.float32]]) -> None:
        """Take a kernel and its batch normalisation (gamma, beta, mean, variance)."""
        self.kernel.assign(kernel)
        self.normalise.set_weights(normalisation)

    def folded_weights(self) -> list[NDArray[np.float32]]:
        """Kernel and bias for a plain convolution."""
        return [np.asarray(weights, np.float32) for weights in self._fold()]

    def get_config(self) -> dict[str, Any]:
        """What it takes to make the layer again."""
        sizes = {"filters": self.filters, "size": self.size, "stride": self.stride}
        return {**super().get_config(), **sizes, "depthwise": self.depthwise}

    def _convolve(self, inputs: Any, kernel: Any) -> Any:
        convolve = ops.depthwise_conv if self.depthwise else ops.conv
        return convolve(inputs, kernel, self.stride, "same")

    def _fold(self) -> tuple[Any, Any]:
        known = self.normalise
        scale = known.gamma * ops.rsqrt(known.moving_variance + _EPSILON)
        kernel = self.kernel * (ops.expand_dims(scale, -1) if self.depthwise else scale)
        return kernel, known.beta - known.moving_mean * scale


def folded_layers(body: Any) -> list[Folded]:
    """The layers of ``body`` that fold, first to last; none in a network without normalisations."""
    return [layer for layer in body.layers if isinstance(layer, Folded)]


def keep_statistics(body: Any, share: float) -> None:
    """Let the kept statistics keep ``share`` at a step: as much as the average of weights that they serve."""
    for layer in folded_layers(body):
        layer.normalise.momentum = share


def fold(body: Any) -> None:
    """Fold every normalisation and round as int8 does, from the next compilation on."""
    for layer in folded_layers(body):
        layer.folded = True


def _rounded_kernel(kernel: Any, depthwise: bool) -> Any:
    """The kernel in 255 steps a channel, symmetric about 0, as TFLite's int8 has it."""
    axes = (0, 1, 3) if depthwise else (0, 1, 2)
    step = ops.maximum(ops.max(ops.abs(kernel), axis=axes, keepdims=True), 1e-6) / KERNEL_LEVELS
    return _straight_through(kernel, ops.round(kernel / step) * step)


def _rounded_activation(answer: Any) -> Any:
    """0 to 6 in 256 steps."""
    return _straight_through(answer, ops.round(answer / ACTIVATION_STEP) * ACTIVATION_STEP)


def _straight_through(exact: Any, rounded: Any) -> Any:
    return exact + ops.stop_gradient(rounded - exact)
