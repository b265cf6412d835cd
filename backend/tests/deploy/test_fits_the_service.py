"""What the manifests say of the service and its images, against both."""

import re
from pathlib import Path

import pytest
import yaml
from sqlalchemy import make_url

from legible.app.settings import Settings
from legible.app.system.routes import router
from legible.app.system.serve import _GRACE_S
from tests.deploy.manifests import CLUSTERS, DEPLOY, TARGETS, TOP, find, load, pods, settings_of

COMPOSE = yaml.safe_load((TOP / "docker-compose.yml").read_text())["services"]
NGINX = (TOP / "frontend/nginx/nginx.conf").read_text()
START = (TOP / "frontend/nginx/start.sh").read_text()
DOCKERFILES = {
    "api": (TOP / "backend/Dockerfile").read_text(),
    "web": (TOP / "frontend/Dockerfile").read_text(),
}
# What others than the service read: the image, the database's driver, and boto3.
OF_THE_IMAGE = {"LEGIBLE_WORKERS"}
OF_LIBRARIES = {"PGPASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
OF_LIBRARIES |= {"AWS_ENDPOINT_URL_S3", "AWS_REGION"}


def _example_secrets() -> list[str]:
    text = (DEPLOY / "secrets.env.example").read_text()
    return re.findall(r"^#?(\w+)=", text, re.MULTILINE)


def _number(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    assert found, f"nothing like {pattern}"
    return int(found[1])


@pytest.mark.parametrize("target", CLUSTERS)
def test_the_service_knows_every_setting_and_takes_every_value(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(target)
    known = {f"LEGIBLE_{name.upper()}" for name in Settings.model_fields}
    named = {*settings, *_example_secrets()}

    assert named - OF_LIBRARIES - OF_THE_IMAGE - known == set()
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    taken = Settings()
    address = make_url(taken.sqlalchemy_url())
    assert address.get_backend_name() == "postgresql"
    assert address.password is None  # it comes as PGPASSWORD
    # What one replica has, the others have: nothing is kept with a pod.
    assert taken.redis_url
    assert taken.storage_url.startswith("s3://")
    assert taken.public_url.startswith("https://")


def test_every_example_of_a_secret_is_empty() -> None:
    text = (DEPLOY / "secrets.env.example").read_text()

    assert {"LEGIBLE_SECRET", "PGPASSWORD"} <= set(_example_secrets())
    assert not re.findall(r"^#?\w+=.+$", text, re.MULTILINE)


@pytest.mark.parametrize("target", CLUSTERS)
def test_the_probes_ask_what_answers_there(target: str) -> None:
    routes = {getattr(route, "path", "") for route in router.routes}
    api = find(target, "Deployment", "api")["spec"]["template"]
    (container,) = api["spec"]["containers"]
    asked = {
        name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "readiness", "liveness")
    }
    annotations = api["metadata"]["annotations"]
    (web,) = find(target, "Deployment", "web")["spec"]["template"]["spec"]["containers"]

    assert {name: get["path"] for name, get in asked.items()} == {
        "startup": "/readyz",
        "readiness": "/readyz",
        # A database that is away is no reason to restart the process.
        "liveness": "/healthz",
    }
    assert {"/readyz", "/healthz", annotations["prometheus.io/path"]} <= routes
    assert annotations["prometheus.io/port"] == str(container["ports"][0]["containerPort"])
    for name in ("startup", "readiness", "liveness"):
        assert f"location = {web[f'{name}Probe']['httpGet']['path']} {{" in NGINX


@pytest.mark.parametrize("target", CLUSTERS)
def test_ports_and_names_lead_from_the_ingress_to_the_api(target: str) -> None:
    (rule,) = find(target, "Ingress")["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    web, api = find(target, "Service", "web"), find(target, "Service", "api")
    listening = {
        name: find(target, "Deployment", name)["spec"]["template"] for name in ("web", "api")
    }
    ports = {name: each["spec"]["containers"][0]["ports"] for name, each in listening.items()}
    variables = {
        each["name"]: each.get("value") for each in listening["web"]["spec"]["containers"][0]["env"]
    }

    assert path["backend"]["service"] == {"name": "web", "port": {"name": "http"}}
    for service in (web, api):
        name = service["metadata"]["name"]
        assert service["spec"]["selector"].items() <= listening[name]["metadata"]["labels"].items()
        assert [port["targetPort"] for port in service["spec"]["ports"]] == ["http"]
        assert [port["name"] for port in ports[name]] == ["http"]
    assert ports["web"][0]["containerPort"] == _number(r"listen (\d+);", NGINX)
    assert ports["api"][0]["containerPort"] == _number(r"EXPOSE (\d+)", DOCKERFILES["api"])
    assert web["spec"]["ports"][0]["name"] == "http"
    # nginx asks for the whole name, in the namespace that the pod is in.
    where = f"api.$(POD_NAMESPACE).svc.cluster.local:{api['spec']['ports'][0]['port']}"
    assert variables["LEGIBLE_API"] == where
    assert [*variables].index("POD_NAMESPACE") < [*variables].index("LEGIBLE_API")


@pytest.mark.parametrize("target", CLUSTERS)
def test_each_who_passes_an_upload_on_takes_a_little_more_than_the_next(target: str) -> None:
    api = int(settings_of(target)["LEGIBLE_MAX_UPLOAD_BYTES"])
    above = _number(r"LEGIBLE_MAX_UPLOAD_BYTES \+ (\d+)", START)
    annotations = find(target, "Ingress")["metadata"]["annotations"]
    ingress = _number(r"^(\d+)m$", annotations["nginx.ingress.kubernetes.io/proxy-body-size"])

    assert ingress * 1024 * 1024 == api + above


@pytest.mark.parametrize("target", CLUSTERS)
def test_who_is_stopped_has_the_time_to_finish(target: str) -> None:
    for name in ("api", "web"):
        pod = find(target, "Deployment", name)["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        word, seconds = container["lifecycle"]["preStop"]["exec"]["command"]
        assert word == "sleep"
        # Until the endpoints are forgotten; what is being read; and some seconds to end.
        assert pod["terminationGracePeriodSeconds"] >= int(seconds) + _GRACE_S + 5
    assert "STOPSIGNAL SIGQUIT" in DOCKERFILES["web"]  # nginx's word for finishing first


@pytest.mark.parametrize("target", TARGETS)
def test_images_and_users_are_those_that_are_built(target: str) -> None:
    version = re.search(r'^version = "(.*)"', (TOP / "backend/pyproject.toml").read_text(), re.M)
    assert version
    built = {COMPOSE["api"]["image"], COMPOSE["web"]["image"], "legible-bulk"}

    for pod in pods(target):
        name, tag = pod.container["image"].rsplit("/", 1)[1].split(":")
        assert name in built
        assert tag == version[1]
        dockerfile = DOCKERFILES["web" if name == "legible-web" else "api"]
        user = _number(r"\nUSER (\d+):\d+\n", dockerfile)
        assert pod.spec["securityContext"]["runAsUser"] == user
        assert pod.spec["securityContext"]["runAsGroup"] == user


def test_the_image_of_both_takes_page_and_service_from_where_they_are() -> None:
    both = (DEPLOY / "one/Dockerfile").read_text()
    (root,) = re.findall(r"root (\S+);", NGINX)

    assert f"ARG API_IMAGE={COMPOSE['api']['image']}\n" in both
    assert f"ARG WEB_IMAGE={COMPOSE['web']['image']}\n" in both
    assert f"COPY --from=page {root} {root}\n" in both
    assert f"LEGIBLE_SPA_DIR={root} " in both
    assert "LEGIBLE_METRICS=false" in both  # nobody else keeps the counters from the internet


@pytest.mark.parametrize("target", CLUSTERS)
def test_the_job_does_what_compose_does_before_the_api_starts(target: str) -> None:
    (container,) = find(target, "Job", "migrate")["spec"]["template"]["spec"]["containers"]

    assert container["command"] == COMPOSE["migrate"]["command"]


def test_the_bulk_image_has_the_ray_that_the_job_names_and_no_training() -> None:
    lock = (TOP / "backend/requirements-bulk.lock").read_text()
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.+-]+)", lock, re.MULTILINE))
    dev = (TOP / "backend/requirements-dev.lock").read_text()
    tested = dict(re.findall(r"^([\w.-]+)==([\w.+-]+)", dev, re.MULTILINE))

    assert find("bulk", "RayJob")["spec"]["rayClusterSpec"]["rayVersion"] == pinned["ray"]
    assert {"pyarrow", "s3fs", "onnxruntime", "pillow"} <= pinned.keys()
    assert not {"tensorflow", "keras", "pytest"} & pinned.keys()
    # What is tested together is what is deployed together.
    assert {name: pinned[name] for name in pinned.keys() & tested.keys()} == {
        name: tested[name] for name in pinned.keys() & tested.keys()
    }


def test_the_guide_names_files_that_there_are() -> None:
    guide = (TOP / "backend/docs/deploy.md").read_text()
    named = set(re.findall(r"\bbackend/deploy/[\w./-]*[\w]", guide))

    assert named
    assert [path for path in named if not Path(TOP, path).exists()] == []
    assert {f"backend/deploy/overlays/{target}" for target in CLUSTERS} <= named
    assert all(load(target) for target in TARGETS)
