"""Trains, measures and exports the networks that Legible serves."""

import os

# TensorFlow uses oneDNN by itself only on processors with AVX-512 VNNI or better. On others it is
# as right and faster: 1,424 pictures/s against 920 for a training step of the digit network (two
# cores of an AMD EPYC with AVX2). Read when TensorFlow is first imported.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
