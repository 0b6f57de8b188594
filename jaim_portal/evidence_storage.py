"""Where evidence is kept: in a folder of this machine, or in an S3-compatible store."""

from pathlib import Path
from typing import Any

import environ


def evidence_storage(env: environ.Env, folder: Path) -> dict[str, Any]:
    """The entry of ``STORAGES`` that the ``EVIDENCE_S3_…`` variables ask for; without a bucket it is ``folder``.

    Either way the files have no address of their own: the portal serves them, after asking who wants them.
    """
    bucket = env.str("EVIDENCE_S3_BUCKET", "")
    if not bucket:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": folder,
                "base_url": None,
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    options = {
        "bucket_name": bucket,
        "endpoint_url": env.str("EVIDENCE_S3_ENDPOINT", "") or None,
        "region_name": env.str("EVIDENCE_S3_REGION", "") or None,
        "access_key": env.str("EVIDENCE_S3_ACCESS_KEY", "") or None,
        "secret_key": env.str("EVIDENCE_S3_SECRET_KEY", "") or None,
        "addressing_style": env.str("EVIDENCE_S3_ADDRESSING", "") or None,
        "signature_version": "s3v4",
        "default_acl": "private",
        "file_overwrite": False,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
