"""What is told of a network. What its metrics file lacks is null, never made up."""

from datetime import datetime

from pydantic import BaseModel, Field

from legible.app.networks.measured import Bin, Measured, Symbols


class NetworkOut(BaseModel):
    """A network that reads here, and all its versions that lie here."""

    name: str = Field(examples=["digit"])
    served: str = Field(description="The version that reads.", examples=["1.1.0"])
    versions: list[str] = Field(description="Newest first.", examples=[["1.1.0", "1.0.0"]])


class NetworkListOut(BaseModel):
    """The networks that read here."""

    items: list[NetworkOut]


class ResultOut(BaseModel):
    """What was measured with one set of pictures that the network never learned from."""

    pictures: str = Field(description="The name of the set.", examples=["test", "cells"])
    symbols: Symbols | None = Field(
        description="What was asked for; null: single digits, without a page around them."
    )
    n: int | None = Field(examples=[10_000])
    errors: int = Field(description="Not read right to the last symbol.", examples=[36])
    accuracy: float = Field(examples=[0.9964])
    interval: tuple[float, float] | None = Field(
        description="Of `accuracy`, 95% (Wilson).", examples=[(0.9950, 0.9974)]
    )
    calibration_error: float | None = Field(
        description="Expected calibration error: the mean gap between confidence and share right.",
        examples=[0.0022],
    )
    refused: float | None = Field(description="Share taken to be no digit.", examples=[0.0051])
    read: float | None = Field(description="Share with the status `read`.", examples=[0.7785])
    wrong_among_read: float | None = Field(examples=[0.0029])
    wrong_among_read_interval: tuple[float, float] | None = Field(examples=[(0.0008, 0.0105)])
    symbol_errors: float | None = Field(
        description="Symbols to change, put in or take out, to those written.", examples=[0.0288]
    )

    @classmethod
    def of(cls, pictures: str, symbols: Symbols | None, one: Measured) -> "ResultOut":
        """Show what was measured with one set."""
        return cls(
            pictures=pictures,
            symbols=symbols,
            n=one.n,
            errors=one.errors,
            accuracy=one.accuracy,
            interval=one.wilson95,
            calibration_error=one.ece,
            refused=one.refused,
            read=one.coverage,
            wrong_among_read=one.wrong_among_read,
            wrong_among_read_interval=one.wrong_among_read_wilson95,
            symbol_errors=one.character_error_rate,
        )


class BinOut(BaseModel):
    """The pictures whose confidence lies in one bin."""

    n: int = Field(examples=[58])
    confidence: float = Field(description="Their mean.", examples=[0.9087])
    accuracy: float = Field(description="The share that is right.", examples=[0.9138])

    @classmethod
    def of(cls, one: Bin) -> "BinOut":
        """Show one bin."""
        return cls(n=one.n, confidence=one.confidence, accuracy=one.accuracy)


class NetworkVersionOut(BaseModel):
    """One version of a network: it never changes."""

    name: str = Field(examples=["digit"])
    version: str = Field(examples=["1.1.0"])
    created_at: datetime | None
    parameters: int | None = Field(description="Its weights.", examples=[424_091])
    read_from: float | None = Field(
        description="The confidence from which a text has the status `read`.", examples=[0.753]
    )
    measured_with: dict[str, str] | None = Field(
        description="The networks that read together in these figures; null: this one alone.",
        examples=[{"digit": "1.1.0", "line": "1.2.0"}],
    )
    results: list[ResultOut] = Field(description="The set to judge by first.")
    reliability: list[BinOut] | None = Field(description="Of the first set, by confidence.")
    confusion: list[list[int]] | None = Field(
        description="Of the first set: a row for each digit written, a column for each read.",
        examples=[[[978, 0], [2, 1134]]],
    )
    card: str | None = Field(description="The model card, in Markdown.", examples=["# Model card"])
