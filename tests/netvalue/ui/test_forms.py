from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

if TYPE_CHECKING:
    from django.http import QueryDict


class Meeting(forms.Form):
    place = forms.CharField(help_text="Where you meet <b>today</b>")
    note = forms.CharField(required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(choices=[("call", "A call"), ("visit", "A visit")])
    mood = forms.ChoiceField(choices=[("good", "Good"), ("bad", "Bad")], widget=forms.RadioSelect)
    again = forms.BooleanField(label="Meet again", required=False)
    ticket = forms.CharField(widget=forms.HiddenInput, initial="7")

    def clean(self) -> None:
        raise forms.ValidationError("Nobody is there that day.")


def html(data: QueryDict | dict[str, str] | None = None) -> str:
    return str(Meeting(data))


def test_a_field_is_described_by_its_help_and_its_error() -> None:
    page = html({"place": ""})
    assert 'aria-describedby="id_place_helptext id_place_error"' in page
    assert 'id="id_place_helptext"' in page
    assert 'id="id_place_error"' in page
    assert 'aria-invalid="true"' in page


def test_the_summary_names_every_error_and_leads_to_its_field() -> None:
    page = html({"place": "", "mood": ""})
    assert "Nobody is there that day." in page
    assert '<a href="#id_place">Place: This field is required.</a>' in page
    assert '<a href="#id_mood">Mood: This field is required.</a>' in page
    assert 'id="id_mood"' in page


def test_what_was_typed_is_still_there_and_harmless() -> None:
    page = html({"place": "", "note": "<script>alert(1)</script>"})
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>" not in page


def test_help_is_text() -> None:
    assert "&lt;b&gt;today&lt;/b&gt;" in html()


def test_every_kind_of_widget_has_its_look() -> None:
    page = html()
    assert 'class="input"' in page
    assert '<span class="select"><select' in page
    assert page.count('class="choice"') == 2
    assert 'class="check"' in page
    assert "<legend" in page
    assert page.count("(optional)") == 1
    assert '<input type="hidden" name="ticket" value="7" class="input" id="id_ticket">' in page
