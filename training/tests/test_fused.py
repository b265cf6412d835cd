import keras
import numpy as np
import pytest

from trainer.fused import FusedBatchNormalization


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the kernel is TensorFlow's")
def test_the_fused_kernel_trains_and_averages_as_keras_does() -> None:
    rng = np.random.default_rng(2)
    batch = rng.normal(3.0, 2.0, (16, 6, 5, 4)).astype(np.float32)
    usual, fused = (
        keras.Sequential([keras.Input((6, 5, 4)), norm()])
        for norm in (keras.layers.BatchNormalization, FusedBatchNormalization)
    )
    for model in (usual, fused):
        model.compile(keras.optimizers.SGD(0.1), "mse")
        for _ in range(3):
            model.train_on_batch(batch, 0.5 * batch)

    for one, other in zip(usual.get_weights(), fused.get_weights(), strict=True):
        # The kernel averages the unbiased variance: one part in the 480 values of a channel.
        np.testing.assert_allclose(other, one, rtol=3e-3, atol=1e-4)
    np.testing.assert_allclose(fused.predict_on_batch(batch), usual.predict_on_batch(batch), 0.01)
