"""Captions of every make become plain WebVTT, or are refused."""

import pytest

from app.kernel.media.captions import (
    CaptionsError,
    CaptionsTooLongError,
    decode,
    read_cues,
    spoken,
    spoken_in,
    to_vtt,
)

SRT = (
    "1\r\n00:00:00,500 --> 00:00:02,000\r\n<i>先烫</i>毛肚\r\n\r\n"
    "2\r\n00:00:02,000 --> 00:00:04,000\r\nthen <b>dip</b>\r\nit\r\n"
)
VTT = """\ufeffWEBVTT - made elsewhere

STYLE
::cue { background: url(https://example.com/x) }

NOTE nobody reads this

first
00:00.500 --> 00:02.000 align:start position:10%
<v Mei>先烫毛肚</v>

00:01:00.000 --> 00:01:01.500
<c.loud>then &amp; there</c>
"""


def test_subrip_becomes_webvtt() -> None:
    assert to_vtt(SRT) == (
        "WEBVTT\n\n00:00:00.500 --> 00:00:02.000\n先烫毛肚\n\n"
        "00:00:02.000 --> 00:00:04.000\nthen dip\nit\n"
    )


def test_styles_notes_voices_and_positions_are_left_out() -> None:
    plain = to_vtt(VTT)
    assert plain == (
        "WEBVTT\n\n00:00:00.500 --> 00:00:02.000\n先烫毛肚\n\n"
        "00:01:00.000 --> 00:01:01.500\nthen &amp; there\n"
    )
    assert to_vtt(plain) == plain
    assert spoken(plain) == "先烫毛肚\nthen & there"


def test_nothing_of_markup_or_times_can_be_smuggled_in() -> None:
    sly = "00:01.000 --> 00:02.000\n<<b>script>alert(1)</script> &lt;img src=x&gt; 1 --> 2\n"
    lines = to_vtt(sly).splitlines()
    assert all("<" not in line for line in lines)
    assert lines[-1].count("-->") == 0
    assert [cue.text for cue in read_cues(to_vtt(sly))] == ["<script>alert(1) <img src=x> 1 --> 2"]


def test_cues_stand_in_their_order() -> None:
    text = "00:05.0 --> 00:06.0\nsecond\n\n00:01.0 --> 00:02.0\nfirst\n"
    assert spoken(to_vtt(text)) == "first\nsecond"


@pytest.mark.parametrize(
    "text",
    [
        "words without times",
        "00:03.000 --> 00:01.000\nbackwards",
        "10:00.000 --> 10:05.000\nlong after the end",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n\n",
    ],
)
def test_what_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(CaptionsError):
        to_vtt(text)


def test_a_wall_of_text_is_refused() -> None:
    with pytest.raises(CaptionsTooLongError):
        to_vtt("00:01.000 --> 00:02.000\n" + "锅" * 301)
    with pytest.raises(CaptionsTooLongError):
        to_vtt("锅" * 30_000)
    cues = "".join(f"00:00.{n:03d} --> 00:01.{n:03d}\nx\n\n" for n in range(401))
    with pytest.raises(CaptionsTooLongError):
        to_vtt(cues)


def test_no_captions_are_no_mistake() -> None:
    assert to_vtt(" \n") == ""
    assert spoken("") == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_files_of_chinese_tools_are_read(encoding: str) -> None:
    assert decode(SRT.encode(encoding)) == SRT


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(CaptionsError):
        decode(b"\xff\xff\xff\x80\x80")


def test_search_takes_transcript_and_captions_together() -> None:
    assert spoken_in(f"写下来的\n{to_vtt(SRT)}") == "写下来的\n先烫毛肚\nthen dip\nit"
    assert spoken_in("\n") == ""
