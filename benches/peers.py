"""The other image servers: how each is started and asked, as its own documentation recommends for a machine like this.

All read from the same folder and keep nothing. Quality is each server's own number. `benches/peers/install.sh` installs
those that package registries have; a binary of imgproxy is taken from DARKROOM_PEERS where somebody put one.
"""

import json
import shutil

import place
from asked import BLUR_SIGMA_PX, WATERMARK
from servers import CORES, Darkroom, DarkroomSpeed, Server, output

IPX = place.PEERS / "ipx/node_modules"
JPEG_NAMES = {"jpg": "jpeg"}


def installed(*parts: str) -> str | None:
    file = place.PEERS.joinpath(*parts)
    return None if file.exists() else "not installed: see `make bench-peers`"


class Oximg(Server):
    name = "oximg"

    @classmethod
    def missing(cls):
        return installed("oximg/bin/oximg")

    @classmethod
    def version(cls):
        installs = json.loads((place.PEERS / "oximg/.crates2.json").read_text())["installs"]
        return " ".join(next(iter(installs)).split()[:2])

    def command(self):
        return [place.PEERS / "oximg/bin/oximg"]

    def settings(self):
        # The second route takes a quality; the first has that of the environment. Both do the same.
        return {"IMAGES_DIR": str(self.root), "PORT": str(self.port), "OXIMG_BIND": "127.0.0.1",
                "OXIMG_OPTIONS_PREFIX": "/image"}

    def url(self, asked):
        if asked.shape != "fit" or asked.effect or asked.kind == "avif":
            return None  # It only fits, and its AVIF is a build with libraries that no distribution of 2024 has.
        kind = JPEG_NAMES.get(asked.kind, asked.kind)
        return (f"/image/width={asked.width},height={asked.height},quality={asked.quality},format={kind}/{asked.path}")


class Ipx(Server):
    name = "ipx"

    @classmethod
    def missing(cls):
        return installed("ipx/node_modules/ipx/bin/ipx.mjs") or (None if shutil.which("node") else "no Node.js")

    @classmethod
    def version(cls):
        versions = {name: json.loads((IPX / name / "package.json").read_text())["version"] for name in ("ipx", "sharp")}
        libvips = next(IPX.glob("@img/sharp-libvips-*/versions.json"), None)
        if libvips:
            versions["libvips"] = json.loads(libvips.read_text())["vips"]
        return ", ".join(f"{name} {version}" for name, version in versions.items())

    def command(self):
        return ["node", IPX / "ipx/bin/ipx.mjs", "serve", "--port", self.port, "--host", "127.0.0.1"]

    def settings(self):
        # As many threads for sharp as there are cores; its four by default are no faster and need more memory.
        return {"IPX_FS_DIR": str(self.root), "UV_THREADPOOL_SIZE": str(CORES), "PORT": str(self.port)}

    def url(self, asked):
        if asked.effect == "watermark":
            return None
        fit = {"fit": "inside", "fill": "cover", "pad": "contain,background_ffffff"}[asked.shape]
        blur = f",blur_{BLUR_SIGMA_PX}" if asked.effect == "blur" else ""
        kind = JPEG_NAMES.get(asked.kind, asked.kind)
        # It enlarges nothing unless `enlarge` says so.
        # For a PNG a quality would mean a palette of 256 colours, which is another thing than the others make.
        quality = "" if asked.kind == "png" else f",q_{asked.quality}"
        return f"/s_{asked.width}x{asked.height},fit_{fit}{blur},f_{kind}{quality}/{asked.path}"


class Thumbor(Server):
    name = "thumbor"

    @classmethod
    def missing(cls):
        return installed("thumbor/bin/thumbor")

    @classmethod
    def version(cls):
        code = "import thumbor, PIL; print(f'thumbor {thumbor.__version__}, Pillow {PIL.__version__}')"
        return output(place.PEERS / "thumbor/bin/python", "-c", code)

    def command(self):
        settings = {
            "LOADER": "thumbor.loaders.file_loader", "FILE_LOADER_ROOT_PATH": str(self.root),
            "STORAGE": "thumbor.storages.no_storage", "RESULT_STORAGE": None, "ENGINE_THREADPOOL_SIZE": 2,
            "AVIF_SPEED": 9, "QUALITY": 80, "MAX_PIXELS": 200_000_000,
        }
        file = self.scratch / "thumbor.conf"
        file.write_text("".join(f"{name} = {value!r}\n" for name, value in settings.items()))
        # One process for each core, since Python's threads share one.
        return [place.PEERS / "thumbor/bin/thumbor", "-p", self.port, "-i", "127.0.0.1", "-c", file,
                f"--processes={CORES}"]

    def url(self, asked):
        filters = [f"format({JPEG_NAMES.get(asked.kind, asked.kind)})", f"quality({asked.quality})"]
        if asked.shape == "pad":
            filters.append("fill(white)")
        if asked.effect == "blur":
            filters.append(f"blur({3 * BLUR_SIGMA_PX},{BLUR_SIGMA_PX})")
        elif asked.effect == "watermark":
            filters.append(f"watermark({WATERMARK},-1,-1,0)")
        fit = "" if asked.shape == "fill" else "fit-in/"
        return f"/unsafe/{fit}{asked.width}x{asked.height}/filters:{':'.join(filters)}/{asked.path}"


class Imgproxy(Server):
    name = "imgproxy"

    @classmethod
    def missing(cls):
        return installed("imgproxy/bin/imgproxy")

    @classmethod
    def version(cls):
        return "imgproxy " + output(place.PEERS / "imgproxy/bin/imgproxy", "version")

    def command(self):
        return [place.PEERS / "imgproxy/bin/imgproxy"]

    def settings(self):
        return {
            "IMGPROXY_BIND": f"127.0.0.1:{self.port}", "IMGPROXY_LOCAL_FILESYSTEM_ROOT": str(self.root),
            "IMGPROXY_MAX_SRC_RESOLUTION": "99", "IMGPROXY_WORKERS": str(CORES), "IMGPROXY_LOG_LEVEL": "error",
            "IMGPROXY_WATERMARK_PATH": str(self.root / WATERMARK), "IMGPROXY_WATERMARK_OPACITY": "1",
        }

    def url(self, asked):
        options = [f"rs:{'fill' if asked.shape == 'fill' else 'fit'}:{asked.width}:{asked.height}"]
        if asked.shape == "pad":
            options += ["ex:1", "bg:ffffff"]
        if asked.effect == "blur":
            options.append(f"bl:{BLUR_SIGMA_PX}")
        elif asked.effect == "watermark":
            options.append("wm:1:soea")
        options += [f"q:{asked.quality}", f"f:{asked.kind}"]
        return f"/unsafe/{'/'.join(options)}/plain/local:///{asked.path}"


class Imagor(Server):
    name = "imagor"

    @classmethod
    def missing(cls):
        return installed("imagor/bin/imagor")

    @classmethod
    def version(cls):
        return "imagor " + output(place.PEERS / "imagor/bin/imagor", "-version", line=-1)

    def command(self):
        return [place.PEERS / "imagor/bin/imagor", "-bind", f"127.0.0.1:{self.port}", "-imagor-unsafe",
                "-file-loader-base-dir", self.root, "-imagor-process-concurrency", CORES,
                "-imagor-process-queue-size", 1000, "-vips-strip-metadata",
                "-vips-max-resolution", 200_000_000, "-vips-max-width", 20000, "-vips-max-height", 20000]

    def url(self, asked):
        filters = [f"format({JPEG_NAMES.get(asked.kind, asked.kind)})", f"quality({asked.quality})"]
        if asked.shape == "pad":
            filters.append("fill(white)")
        if asked.effect == "blur":
            filters.append(f"blur({BLUR_SIGMA_PX})")
        elif asked.effect == "watermark":
            filters.append(f"watermark({WATERMARK},-1,-1,0)")
        fit = "" if asked.shape == "fill" else "fit-in/"
        return f"/unsafe/{fit}{asked.width}x{asked.height}/filters:{':'.join(filters)}/{asked.path}"


SERVERS: dict[str, type[Server]] = {
    server.name: server for server in (Darkroom, DarkroomSpeed, Oximg, Ipx, Thumbor, Imgproxy, Imagor)
}
