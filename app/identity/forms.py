"""Shapes of the forms of sign-in, sign-up and settings; the rules are the service's."""

import unicodedata
from collections.abc import Callable

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from app.identity import names, passwords
from app.identity.service import BIO_LENGTH
from app.kernel import contacts, i18n
from app.kernel.errors import DomainError
from app.kernel.forms import Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l

CONTACT_LENGTH = 254
NAME_TYPED = names.MAX_LENGTH * 4  # the service counts; this only bounds what is looked at


def _digits(value: str | None) -> str | None:
    """Filter: a code as somebody typed or pasted it: full-width digits, spaces, a hyphen."""
    if value is None:
        return None
    text = unicodedata.normalize("NFKC", value)
    return "".join(c for c in text if not c.isspace() and c != "-")


def _contact_field() -> StringField:
    return StringField(
        _l("E-mail or mobile number"),
        filters=[clean],
        validators=[
            DataRequired(_l("Write your e-mail address or mobile number.")),
            Length(max=CONTACT_LENGTH, message=_l("This is too long for an address or number.")),
        ],
    )


def _new_password_field() -> PasswordField:
    return PasswordField(
        _l("Password"),
        description=_l("At least %(num)s characters. Length counts, not odd signs.",
                       num=passwords.MIN_LENGTH),
        validators=[InputRequired(_l("Choose a password."))],
    )  # fmt: skip


def _code_field() -> StringField:
    return StringField(
        _l("Six-digit code"),
        filters=[_digits],
        validators=[
            DataRequired(_l("Write the 6 digits from the message.")),
            Regexp(r"^[0-9]{6}$", message=_l("The code has 6 digits.")),
        ],
    )


class SignInForm(Form):
    """Contact and password; ``next`` is where he was."""

    contact = _contact_field()
    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Write your password."))])
    next = HiddenField()


class SignUpForm(Form):
    """What a new member tells; the consent starts unticked."""

    contact = _contact_field()
    name = StringField(
        _l("Name at the table"),
        description=_l("Others see it. You can change it later."),
        filters=[lambda value: value.strip() if value else value],
        validators=[
            DataRequired(_l("Tell the table what to call you.")),
            Length(
                max=NAME_TYPED,
                message=_l("At most %(num)s characters, please.", num=names.MAX_LENGTH),
            ),
        ],
    )
    password = _new_password_field()
    consent = BooleanField(
        _l("I agree"), validators=[DataRequired(_l("Tick this box to become a member."))]
    )
    next = HiddenField()

    def validate_contact(self, field: StringField) -> None:
        """Tell at once, with everything else that is wrong."""
        _judge(lambda: contacts.parse(field.data))

    def validate_name(self, field: StringField) -> None:
        """Tell at once, with everything else that is wrong."""
        _judge(lambda: names.clean_name(field.data))

    def validate_password(self, field: PasswordField) -> None:
        """Tell at once, with everything else that is wrong."""
        own_words = [self.name.data or "", self.contact.data or ""]
        _judge(lambda: passwords.check_password(field.data, own_words))


def _judge(rule: Callable[[], object]) -> None:
    try:
        rule()
    except DomainError as error:
        raise ValidationError(str(error)) from error


class CodeForm(Form):
    """Six digits from a message."""

    code = _code_field()
    next = HiddenField()


class ForgotForm(Form):
    """Where to send a reset code."""

    contact = _contact_field()


class ResetForm(Form):
    """The code, and the password from now on."""

    code = _code_field()
    password = _new_password_field()


class ProfileForm(Form):
    """Name, words about himself, and a new face."""

    name = StringField(
        _l("Name at the table"),
        filters=[lambda value: value.strip() if value else value],
        validators=[
            DataRequired(_l("Tell the table what to call you.")),
            Length(
                max=NAME_TYPED,
                message=_l("At most %(num)s characters, please.", num=names.MAX_LENGTH),
            ),
        ],
    )
    bio = TextAreaField(
        _l("About you"),
        filters=[clean_text],
        validators=[
            Length(
                max=BIO_LENGTH,
                message=_l("At most %(num)s characters, please.", num=BIO_LENGTH),
            )
        ],
    )
    avatar = FileField(_l("Your picture"))
    crop_x = IntegerField(validators=[Optional(), NumberRange(min=0)])
    crop_y = IntegerField(validators=[Optional(), NumberRange(min=0)])
    crop_size = IntegerField(validators=[Optional(), NumberRange(min=1)])
    remove_avatar = BooleanField(_l("Take my picture away"))


class LookForm(Form):
    """Language and theme."""

    locale = RadioField(
        _l("Language"), choices=[SelectChoice(code, name) for code, name in i18n.LOCALES.items()]
    )
    theme = RadioField(
        _l("Theme"),
        choices=[
            SelectChoice("auto", _l("As the device")),
            SelectChoice("light", _l("Light")),
            SelectChoice("dark", _l("Dark")),
        ],
    )


class PasswordForm(Form):
    """The password now and the one from now on."""

    current = PasswordField(
        _l("Password now"), validators=[InputRequired(_l("Write your password of today."))]
    )
    password = _new_password_field()


class AddContactForm(Form):
    """Another contact; the password shows that it is really him."""

    contact = _contact_field()
    current = PasswordField(
        _l("Your password"), validators=[InputRequired(_l("Write your password."))]
    )


class RoleForm(Form):
    """A role to grant; the page fills the choices in its language."""

    role = SelectField(_l("Role"), choices=[])


class LeaveForm(Form):
    """Close the account: what becomes of posts, and the password once more."""

    posts = RadioField(
        _l("What you wrote"),
        choices=[
            SelectChoice("remove", _l("Remove my posts and replies with me")),
            SelectChoice("keep", _l("Leave them, without my name")),
        ],
        default="remove",
        validators=[InputRequired(_l("Choose one of the two."))],
    )
    current = PasswordField(
        _l("Your password"),
        validators=[DataRequired(_l("Type your password once more."))],
    )


class CloseForm(Form):
    """The team closes an account for a member who asked by letter."""

    posts = RadioField(
        _l("What this member wrote"),
        choices=[
            SelectChoice("remove", _l("Remove the posts and replies too")),
            SelectChoice("keep", _l("Leave them, without the name")),
        ],
        default="remove",
        validators=[InputRequired(_l("Choose one of the two."))],
    )


class WearForm(Form):
    """Which of his frames a member wears; empty: none."""

    frame = IntegerField(validators=[Optional(), NumberRange(min=1, max=2**63 - 1)])


class OfferForm(Form):
    """Whether a frame can be handed out."""

    to = HiddenField()


class FrameForm(Form):
    """A new frame: its names, how it is drawn, its colour."""

    name_zh = StringField(
        _l("Name in Chinese"),
        filters=[clean],
        validators=[InputRequired(_l("Give it a name.")), Length(max=24)],
    )
    name_en = StringField(
        _l("Name in English"),
        filters=[clean],
        validators=[InputRequired(_l("Give it a name.")), Length(max=40)],
    )
    shape = RadioField(
        _l("Drawn as"),
        choices=[
            SelectChoice("ring", _l("A ring")),
            SelectChoice("double", _l("Two rings")),
            SelectChoice("dots", _l("Dots")),
            SelectChoice("dashes", _l("Dashes")),
            SelectChoice("glow", _l("A glow")),
        ],
        default="ring",
    )
    color = RadioField(
        _l("Colour"),
        choices=[
            SelectChoice("accent", _l("Your brand's colour")),
            SelectChoice("gold", _l("Gold")),
            SelectChoice("herb", _l("Herb green")),
            SelectChoice("sea", _l("Sea blue")),
        ],
        default="accent",
    )
