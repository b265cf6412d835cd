"""Who may talk to whom in the cluster."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.deploy.manifests import CLUSTERS, TARGETS, find, load, pods


def _policies(target: str) -> dict[str, dict[str, Any]]:
    return {
        each["metadata"]["name"]: each["spec"]
        for each in load(target)
        if each["kind"] == "NetworkPolicy"
    }


def _selected(target: str, selector: dict[str, Any]) -> set[str]:
    wanted = selector.get("matchLabels", {}).items()
    return {pod.owner for pod in pods(target) if wanted <= pod.labels.items()}


def _rules(target: str, owner: str, direction: str) -> Iterator[dict[str, Any]]:
    """All that lets a pod be asked, or ask."""
    for policy in _policies(target).values():
        if owner in _selected(target, policy["podSelector"]):
            yield from policy.get(direction, [])


@pytest.mark.parametrize("target", CLUSTERS)
def test_nobody_talks_to_anybody_unless_it_is_said(target: str) -> None:
    nothing = _policies(target)["nothing-else"]

    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize("target", TARGETS)
def test_every_policy_is_about_pods_that_there_are(target: str) -> None:
    for name, policy in _policies(target).items():
        assert _selected(target, policy["podSelector"]), name
        for direction, end in (("ingress", "from"), ("egress", "to")):
            for rule in policy.get(direction, []):
                assert rule[end], name
                for peer in rule[end]:
                    if peer.keys() == {"podSelector"}:
                        assert _selected(target, peer["podSelector"]), name


@pytest.mark.parametrize("target", CLUSTERS)
def test_the_api_is_asked_by_the_web_server_and_by_monitoring_alone(target: str) -> None:
    (rule,) = _rules(target, "Deployment api", "ingress")
    web, monitoring = rule["from"]

    assert _selected(target, web["podSelector"]) == {"Deployment web"}
    assert monitoring == {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}
    }
    assert [port["port"] for port in rule["ports"]] == [8000]


@pytest.mark.parametrize("target", CLUSTERS)
def test_the_migration_reaches_names_and_the_database_alone(target: str) -> None:
    ports = [
        port["port"] for rule in _rules(target, "Job migrate", "egress") for port in rule["ports"]
    ]

    assert not list(_rules(target, "Job migrate", "ingress"))
    assert sorted(ports) in ([53, 53, 5432], [53, 53, 30000])


@pytest.mark.parametrize("target", TARGETS)
def test_who_reaches_the_whole_internet_does_not_reach_the_clouds_metadata(target: str) -> None:
    blocks = [
        peer["ipBlock"]
        for policy in _policies(target).values()
        for rule in policy.get("egress", [])
        for peer in rule["to"]
        if "ipBlock" in peer
    ]
    wide = [block for block in blocks if block["cidr"] == "0.0.0.0/0"]

    assert wide
    assert all(block["except"] == ["169.254.0.0/16"] for block in wide)


@pytest.mark.parametrize("target", CLUSTERS)
def test_the_namespace_refuses_pods_that_are_less_guarded(target: str) -> None:
    labels = find(target, "Namespace")["metadata"]["labels"]

    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
