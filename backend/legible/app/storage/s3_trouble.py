"""What an operator is told when a bucket cannot be used."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
)

from legible.app.settings import StartError

_KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role of the machine"
_RIGHTS = (
    "s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject on what is in "
    "it"
)
_WRONG_KEYS = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken"}


def start_error(
    error: BotoCoreError | ClientError, *, act: str, bucket: str, host: str
) -> StartError:
    """Say in words why a bucket cannot be used and what to do; never with a secret.

    Args:
        error: what boto3 raised.
        act: what was tried, such as `write to`.
        bucket: its name.
        host: the store's scheme, host and port.
    """
    if isinstance(error, ClientError):
        return StartError(_refusal(error, act=act, bucket=bucket, host=host))
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return StartError(
            f"There are no credentials for the bucket {bucket!r} of LEGIBLE_STORAGE_URL. Set "
            f"{_KEYS}."
        )
    if isinstance(error, ConnectTimeoutError | EndpointConnectionError | ReadTimeoutError):
        return StartError(
            f"The store at {host} does not answer, so the bucket {bucket!r} cannot be used. Check "
            "that it runs and can be reached from here, and AWS_ENDPOINT_URL_S3."
        )
    return StartError(
        f"The bucket {bucket!r} at {host} cannot be used: {type(error).__name__}. Check "
        "AWS_ENDPOINT_URL_S3, AWS_REGION, and with https the certificate (AWS_CA_BUNDLE)."
    )


def _refusal(error: ClientError, *, act: str, bucket: str, host: str) -> str:
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in {"NoSuchBucket", "404"}:
        return (
            f"There is no bucket {bucket!r} at {host}. Make it, or name another in "
            "LEGIBLE_STORAGE_URL."
        )
    if code in _WRONG_KEYS:
        return (
            f"The store at {host} does not take the credentials for the bucket {bucket!r} "
            f"({code}). Check {_KEYS}."
        )
    if code in {"AccessDenied", "403"}:
        return (
            f"The credentials may not {act} the bucket {bucket!r} at {host}. They need {_RIGHTS}."
        )
    return (
        f"The store at {host} refuses to {act} the bucket {bucket!r} ({code}). If it lies in "
        "another region, set AWS_REGION; the store's address is AWS_ENDPOINT_URL_S3."
    )
