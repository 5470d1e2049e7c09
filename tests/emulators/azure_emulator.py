"""Azure Blob Storage: Azurite, filled through Microsoft's own SDK, with shared access signatures of every kind."""

import base64
import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

from azure.storage.blob import (
    AccountSasPermissions,
    BlobSasPermissions,
    BlobServiceClient,
    ContainerSasPermissions,
    ContentSettings,
    ResourceTypes,
    generate_account_sas,
    generate_blob_sas,
    generate_container_sas,
)

from processes import Processes, answers, free_port
from recording_front import RecordingFront

ACCOUNT = "darkroomtest"
CONTAINER, UNTOUCHED = "photos", "untouched"
AZURITE = Path(__file__).parent / "node_modules/azurite/dist/src/blob/main.js"


def start(processes: Processes, photos: list[dict]) -> dict:
    port = free_port()
    key = base64.b64encode(os.urandom(64)).decode()
    processes.start(
        "azurite",
        ["node", AZURITE, "--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry",
         "--blobHost", "127.0.0.1", "--blobPort", port],
        env={**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{key}"},
    )
    processes.wait_until("azurite", lambda: answers(f"http://127.0.0.1:{port}/"))

    service = BlobServiceClient(f"http://127.0.0.1:{port}/{ACCOUNT}", credential=key)
    for name in (CONTAINER, UNTOUCHED):
        container = service.create_container(name)
        for photo in photos:
            settings = ContentSettings(content_type=photo["media_type"])
            container.upload_blob(photo["key"], photo["data"], content_settings=settings)

    front = RecordingFront(port)
    return {
        "endpoint": f"{front.url}/{ACCOUNT}",
        "seen": f"{front.url}/_seen",
        "account": ACCOUNT,
        "container": CONTAINER,
        "untouched_container": UNTOUCHED,
        "sas": _signatures(key),
        "blob_of_blob_sas": "photo.jpg",
    }


def _signatures(key: str) -> dict:
    now = datetime.now(timezone.utc)
    day, hour = timedelta(days=1), timedelta(hours=1)

    def container(permission: str, expiry=now + day, start=now - hour, name=CONTAINER) -> str:
        permissions = ContainerSasPermissions.from_string(permission)
        return generate_container_sas(ACCOUNT, name, key, permission=permissions, expiry=expiry, start=start)

    container_read = container("r")
    fields, _, signature = container_read.rpartition("sig=")
    return {
        "container_read": container_read,
        "container_read_list": container("rl"),
        "untouched_read": container("r", name=UNTOUCHED),
        "account_read": generate_account_sas(
            ACCOUNT, key, ResourceTypes(object=True), AccountSasPermissions(read=True), now + day, now - hour
        ),
        "blob_read": generate_blob_sas(
            ACCOUNT, CONTAINER, "photo.jpg", account_key=key, permission=BlobSasPermissions(read=True),
            expiry=now + day, start=now - hour,
        ),
        "expires_soon": container("r", expiry=now + timedelta(minutes=30)),
        "expired": container("r", expiry=now - hour, start=now - day),
        "not_yet_valid": container("r", start=now + hour),
        "write_only": container("w"),
        "wrong_signature": f"{fields}sig={'A' if signature[0] != 'A' else 'B'}{signature[1:]}",
    }
