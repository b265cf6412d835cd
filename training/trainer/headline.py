"""The few figures that a network is judged by, each with the command that makes it again."""

from typing import Any

from trainer.nodigit import LEFT_OUT

# Sets of fewer digits say little about a share of one in fifty.
MANY = 1000


def headline(metrics: dict[str, Any]) -> dict[str, Any]:
    """The figures to judge by, those there is data for.

    Args:
        metrics: `measure`'s, with `latency` if that was measured.

    Returns:
        By figure: `value`, what it is `of` where that is a number of things, `note`, what has to
        be told beside it, and `made_by`, the command, to be run from the top of a checkout.
    """
    network = f"--name {metrics['name']} --version {metrics['version']}"
    evaluated = f"python -m trainer evaluate {network}"
    values = {**_mnist(metrics), **_outside(metrics["outside"]), **_refusal(metrics["refusal"])}
    told = {name: {**value, "made_by": evaluated} for name, value in values.items()}
    if "latency" in metrics:
        latency = metrics["latency"]
        told["latency_ratio"] = {
            "value": latency["ratio"],
            "of": f"digit {latency['against']}, one digit a call",
            "made_by": f"python -m trainer latency {network} --against {latency['against']}",
        }
    return told


def _mnist(metrics: dict[str, Any]) -> dict[str, dict[str, Any]]:
    noise, salt = metrics["noise"], metrics["stress"]["salt_and_pepper"]["0.5"]
    certified = metrics["risk_coverage"]["certified"]
    return {
        "mnist_test_errors": {"value": metrics["errors"], "of": metrics["n"]},
        "mnist_test_ece": {"value": metrics["ece"]},
        f"mnist_test_accuracy_gaussian_noise_{noise['sigma']}": {"value": noise["accuracy"]},
        "mnist_test_accuracy_salt_and_pepper_0.5": {"value": salt["accuracy"]},
        f"mnist_test_coverage_certified_{certified['accuracy']}": {"value": certified["coverage"]},
    }


def _outside(outside: dict[str, Any]) -> dict[str, dict[str, Any]]:
    sets = outside["digits"]
    told = {
        f"{name.split()[0]}_accuracy": {"value": each["accuracy"], "of": each["n"]}
        for name, each in sets.items()
    }
    many = {name: each["ece"] for name, each in sets.items() if each["n"] >= MANY}
    if many:
        worst = max(many, key=lambda name: many[name])
        told["outside_worst_ece"] = {"value": many[worst], "of": worst}
    if outside["pooled"]["n"]:
        told["outside_pooled_ece"] = {
            "value": outside["pooled"]["ece"],
            "of": outside["pooled"]["n"],
        }
    return told


def _refusal(refusal: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    """At the shipped threshold, which was chosen on validation to keep `KEPT_DIGITS` of them."""
    if refusal is None:
        return {}
    shipped = refusal["shipped"]
    return {
        "mnist_test_digits_kept": {"value": shipped["kept"], "of": shipped["n"]},
        "letters_symbols_scribbles_refused": {
            "value": shipped["pooled"]["refused"],
            "of": shipped["pooled"]["n"],
            "note": LEFT_OUT,
        },
        **{
            f"{name.split()[0]}_refused": {"value": share, "note": LEFT_OUT}
            for name, share in shipped["refused"].items()
            if name.startswith(("letters", "symbols", "scribbles"))
        },
        **{
            f"lookalike_{kind}_refused": {"value": shipped["refused"][name]}
            for kind in ("letters", "symbols")
            if (name := f"look-alike {kind} (test writers)") in shipped["refused"]
        },
    }
