"""What is sent to a cluster is what Kubernetes takes, and as guarded as it should be."""

import hashlib
import re
import shutil
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.deploy.manifests import CLUSTERS, DEPLOY, TARGETS, find, load, load_render, pods

# The newest that the checker knows, and the oldest that is likely met.
VERSIONS = (kubernetes_validate.latest_version(), "1.31")
# Of KubeRay's own kind only what it holds of pods is checked by schema; these are its fields
# (ray-operator/apis/ray/v1/rayjob_types.go, raycluster_types.go).
RAY_JOB = {"submissionMode", "entrypoint", "backoffLimit", "activeDeadlineSeconds"}
RAY_JOB |= {"shutdownAfterJobFinishes", "ttlSecondsAfterFinished", "rayClusterSpec"}
RAY_CLUSTER = {"rayVersion", "headGroupSpec", "workerGroupSpecs"}
RAY_GROUP = {"groupName", "replicas", "minReplicas", "maxReplicas", "rayStartParams", "template"}


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_rendered_is_of_today_and_untouched(target: str) -> None:
    """Without kubectl, by the digests of the sources and of the result above it."""
    text = (DEPLOY / "rendered" / f"{target}.yaml").read_text()
    found = re.match(r"# GENERATED .*\n# from (\w+)\n# to (\w+)\n", text)

    assert found
    assert found[1] == load_render().digest(), "stale: run backend/deploy/render.py"
    assert found[2] == hashlib.sha256(text[found.end() :].encode()).hexdigest(), "edited by hand"


@pytest.mark.parametrize("target", TARGETS)
def test_kubectl_renders_the_same(target: str) -> None:
    if shutil.which("kubectl") is None:
        pytest.skip("no kubectl: the digests alone say that the files are of today")
    again = yaml.safe_load_all(load_render().render(target))

    def by_name(manifest: Any) -> tuple[str, str]:
        return manifest["kind"], manifest["metadata"]["name"]

    assert sorted(again, key=by_name) == sorted(load(target), key=by_name)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("target", TARGETS)
def test_kubernetes_knows_every_field(target: str, version: str) -> None:
    for manifest in load(target):
        if manifest["kind"] != "RayJob":
            kubernetes_validate.validate(manifest, version, strict=True)
    for pod in pods(target):
        whole = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": pod.spec}
        kubernetes_validate.validate(whole, version, strict=True)


def test_a_field_that_is_none_is_found() -> None:
    wrong = {**find("production", "PodDisruptionBudget", "api"), "spec": {"maxUnavailible": 1}}

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


def test_the_ray_job_has_only_fields_that_kuberay_knows() -> None:
    spec = find("bulk", "RayJob")["spec"]
    cluster = spec["rayClusterSpec"]
    groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]

    assert spec.keys() <= RAY_JOB
    assert cluster.keys() <= RAY_CLUSTER
    assert {field for group in groups for field in group} <= RAY_GROUP
    assert all(
        isinstance(value, str) for group in groups for value in group["rayStartParams"].values()
    )


@pytest.mark.parametrize("target", TARGETS)
def test_no_pod_is_root_or_may_become_it_or_write_anywhere_but_to_its_own_folder(
    target: str,
) -> None:
    for pod in pods(target):
        own, container = pod.spec["securityContext"], pod.container["securityContext"]
        assert own["runAsNonRoot"] is True, pod.owner
        assert own["runAsUser"] > 0, pod.owner
        assert own["seccompProfile"] == {"type": "RuntimeDefault"}, pod.owner
        assert container == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, pod.owner
        assert pod.spec["automountServiceAccountToken"] is False, pod.owner
        assert pod.spec["enableServiceLinks"] is False, pod.owner
        kinds = {kind for volume in pod.spec["volumes"] for kind in volume if kind != "name"}
        assert kinds <= {"emptyDir", "secret"}, pod.owner
        written = [each for each in pod.container["volumeMounts"] if not each.get("readOnly")]
        assert [each["mountPath"] for each in written] == ["/tmp"], pod.owner
        host = {"hostNetwork", "hostPID", "hostIPC", "hostUsers"}
        assert not host & pod.spec.keys(), pod.owner


@pytest.mark.parametrize("target", TARGETS)
def test_every_pod_says_what_it_needs_and_takes_at_most(target: str) -> None:
    for pod in pods(target):
        resources = pod.container["resources"]
        for kind in ("requests", "limits"):
            assert resources[kind].keys() == {"cpu", "memory", "ephemeral-storage"}, pod.owner
        assert all(
            "sizeLimit" in each.get("emptyDir", {"sizeLimit": 0}) for each in pod.spec["volumes"]
        )


@pytest.mark.parametrize("target", CLUSTERS)
def test_every_deployment_is_probed_spread_kept_up_and_exchanged_without_a_gap(target: str) -> None:
    budgets = {
        each["metadata"]["name"]: each["spec"]
        for each in load(target)
        if each["kind"] == "PodDisruptionBudget"
    }
    deployments = [each for each in load(target) if each["kind"] == "Deployment"]

    assert {each["metadata"]["name"] for each in deployments} == {"api", "web"}
    for deployment in deployments:
        name, spec = deployment["metadata"]["name"], deployment["spec"]
        pod = spec["template"]["spec"]
        (container,) = pod["containers"]
        assert {"startupProbe", "readinessProbe", "livenessProbe"} <= container.keys(), name
        assert spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0, name
        assert budgets[name]["maxUnavailable"] == 1, name
        assert budgets[name]["selector"] == spec["selector"], name
        spread = {each["topologyKey"]: each for each in pod["topologySpreadConstraints"]}
        assert spread.keys() == {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}, name
        assert all(each["labelSelector"] == spec["selector"] for each in spread.values()), name
    scaled = find(target, "HorizontalPodAutoscaler")["spec"]
    assert scaled["scaleTargetRef"] == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": "api",
    }
    assert scaled["minReplicas"] >= 2
    # Or each apply would set the number back.
    assert "replicas" not in find(target, "Deployment", "api")["spec"]
    assert find(target, "Deployment", "web")["spec"]["replicas"] >= 2


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_secret_stands_in_a_manifest(target: str) -> None:
    assert not [each for each in load(target) if each["kind"] == "Secret"]
    for pod in pods(target):
        for variable in pod.container.get("env", []):
            assert "value" not in variable or not re.search(
                "PASSWORD|SECRET|KEY|TOKEN", variable["name"]
            )


@pytest.mark.parametrize("target", CLUSTERS)
def test_what_the_migration_needs_is_there_before_it(target: str) -> None:
    """Applied by the label of the first step, the Job misses nothing."""
    job = find(target, "Job", "migrate")
    spec = job["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    named = {each["valueFrom"]["configMapKeyRef"]["name"] for each in container["env"][:1]}
    named |= {spec["serviceAccountName"], job["metadata"]["namespace"]}
    first = [
        each
        for each in load(target)
        if each["metadata"].get("labels", {}).get("legible/step") == "first"
    ]

    assert named <= {each["metadata"]["name"] for each in first}
    assert job in first
    assert [each for each in load(target) if each["kind"] == "NetworkPolicy"] == [
        each for each in first if each["kind"] == "NetworkPolicy"
    ]
    assert not [each for each in first if each["kind"] in {"Deployment", "Ingress"}]
