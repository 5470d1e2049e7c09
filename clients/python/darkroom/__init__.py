"""Client of the Darkroom image server.

    import darkroom

    with darkroom.Client("http://127.0.0.1:9090", access_key) as client:
        image = client.transform_image("photo.jpg", "w-300,h-300")
        image.facts.media_type, image.data

The messages of the API are in `darkroom.v1`.
"""

from darkroom.client import Client, Image
from darkroom.errors import DarkroomError

__all__ = ["Client", "DarkroomError", "Image"]
