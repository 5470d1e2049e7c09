"""S3: moto, filled through Amazon's own SDK, then told to check signatures and permissions. The key that tests are
given belongs to a user whose policy allows GetObject and nothing else."""

import json
import sys
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config

from processes import Processes, answers, free_port
from recording_front import RecordingFront

REGION = "eu-west-1"
BUCKET, UNTOUCHED, NO_ACCESS = "darkroom-photos", "darkroom-untouched", "darkroom-no-access"


def start(processes: Processes, photos: list[dict]) -> dict:
    port = free_port()
    upstream = f"http://127.0.0.1:{port}"
    processes.start("moto", [Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", port])
    processes.wait_until("moto", lambda: answers(f"{upstream}/moto-api/"))

    owner = {
        "endpoint_url": upstream, "region_name": REGION,
        "aws_access_key_id": "owner", "aws_secret_access_key": "owner",
    }
    s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}), **owner)
    for bucket in (BUCKET, UNTOUCHED, NO_ACCESS):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        for photo in photos:
            s3.put_object(Bucket=bucket, Key=photo["key"], Body=photo["data"], ContentType=photo["media_type"])

    iam = boto3.client("iam", **owner)
    iam.create_user(UserName="reader")
    allowed = [f"arn:aws:s3:::{bucket}/*" for bucket in (BUCKET, UNTOUCHED)]
    policy = {"Version": "2012-10-17",
              "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": allowed}]}
    iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    # From here on no action goes unchecked.
    check = urllib.request.Request(f"{upstream}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})
    urllib.request.urlopen(check).close()

    front = RecordingFront(port)
    return {
        "endpoint": front.url,
        "seen": f"{front.url}/_seen",
        "region": REGION,
        "bucket": BUCKET,
        "untouched_bucket": UNTOUCHED,
        "no_access_bucket": NO_ACCESS,
        "access_key": key["AccessKeyId"],
        "secret_key": key["SecretAccessKey"],
    }
