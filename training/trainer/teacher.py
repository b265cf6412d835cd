"""A larger network, trained before, whose answers a smaller one learns."""

import json
from pathlib import Path

import keras
import numpy as np

from trainer.config import Config
from trainer.data import DataError, Images
from trainer.precision import training_policy
from trainer.predict import probabilities

MODELS = Path(__file__).parents[2] / "models" / "teacher"


class Teacher:
    """Answers pictures with softened probabilities."""

    def __init__(self, network: keras.Model, temperature: float) -> None:
        self._network = network
        self._temperature = temperature

    @classmethod
    def open(cls, config: Config) -> "Teacher | None":
        """The teacher that a configuration names; None where it names none.

        Raises:
            DataError: there is no such version.
            ValueError: it was trained with another seed.
        """
        if config.teacher is None:
            return None
        folder = MODELS / config.teacher
        if not (folder / "model.keras").is_file():
            raise DataError(
                f"Expected the teacher models/teacher/{config.teacher}/model.keras, found none. "
                "Train it with the preset teacher and export it, or check the folder out again."
            )
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if manifest["training"]["seed"] != config.seed:
            # The seed parts the writers: the teacher would have learned from some of those that
            # the new network is validated on.
            raise ValueError(
                f"Expected a teacher of seed {config.seed}, as this configuration has; "
                f"{config.teacher} has {manifest['training']['seed']}. Use the same seed."
            )
        network = keras.saving.load_model(folder / "model.keras", compile=False)
        return cls(_recast(network, training_policy(config.precision)), config.teacher_temperature)

    def answer(self, images: Images) -> Images:
        """Probabilities (N, K) float32 for images (N, 28, 28, 1), N the same in every call."""
        logits = np.asarray(self._network.predict_on_batch(images), np.float32)
        return probabilities(logits, self._temperature).astype(np.float32)


def _recast(network: keras.Model, precision: str) -> keras.Model:
    """The same network, computing in another type: its answers are soft anyway."""

    def recast(layer: keras.layers.Layer) -> keras.layers.Layer:
        # The logits stay float32.
        told = layer.get_config() | ({} if layer.name == "logits" else {"dtype": precision})
        return type(layer).from_config(told)

    cast = keras.models.clone_model(network, clone_function=recast)
    cast.set_weights(network.get_weights())
    return cast
