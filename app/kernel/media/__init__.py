"""Photos and short videos: storage, guarded decoding, renditions.

Other domains use ``media.service`` (``store_photo``, ``use_photos``, ``release_photos``) and
``media.queries`` (``photo_columns``, ``photo_from``); templates take ``kernel.types.Photo``.
``media.films`` checks and prepares videos; whoever keeps their rows says which files they need
(``media.service.kept_by``).
"""

from flask import Flask

from app.config import Config


def init_app(app: Flask) -> None:
    """Open the storage; install the routes and sweeps."""
    from app.kernel import merging
    from app.kernel.i18n import lazy_gettext as _l
    from app.kernel.media import routes, storage, tasks  # noqa: F401 - tasks register themselves
    from app.kernel.media.service import MEDIA

    config: Config = app.config["POTLUCK"]
    app.extensions[storage.EXTENSION] = storage.open_storage(
        config.media_url, config.instance_dir / "media"
    )
    app.register_blueprint(routes.bp)
    merging.register("media", moves=[merging.Moved(MEDIA.c.owner_id, _l("photos"))])
