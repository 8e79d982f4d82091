"""What is said in a video, as its author types it."""

from typing import Self

from wtforms import RadioField, SelectChoice, TextAreaField

from app.community.types.videos import VideoView
from app.kernel.forms import Form, clean_text
from app.kernel.i18n import lazy_gettext as _l


class WordsForm(Form):
    """Transcript and captions. The service has the rules; nothing typed is lost."""

    transcript = TextAreaField(_l("What is said and shown"), filters=[clean_text])
    captions = TextAreaField(_l("Captions of the video"), filters=[clean_text])
    lang = RadioField(
        _l("In which language"),
        choices=[SelectChoice("zh", _l("Chinese")), SelectChoice("en", _l("English"))],
        default="zh",
    )

    @classmethod
    def of(cls, video: VideoView | None) -> Self:
        """Return the form with what is kept now."""
        form = cls(formdata=None)
        if video is not None:
            form.transcript.data, form.captions.data = video.transcript, video.captions
            form.lang.data = video.lang
        return form
