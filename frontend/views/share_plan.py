"""The doctor's answer: the one thing that can be written through a link, where its owner allowed it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from frontend.forms import PlanForm
from frontend.views.share import gone, lumps_of, page, visit_in
from tracker.actions.errors import MayOnlyLook, NotThere, Wrong
from tracker.actions.plans import PlanWords, offer_plan


@csrf_exempt  # the visit's cookie is SameSite: another site's form comes without it
@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Hand the patient a plan to decide on; back to the page, which then shows it. 400 with the form where it lacks."""
    visit = visit_in(request)
    if visit is None or not visit.link.answers:
        return gone(request)
    form = PlanForm(request.POST, lumps=lumps_of(visit.link))
    if form.is_valid():
        values = dict(form.cleaned_data)
        lump = UUID(values.pop("lump"))
        values |= {"signs": tuple(values["signs"]), "urgency": values["urgency"] or "same_day"}
        try:
            offer_plan(visit=visit, lump_id=lump, plan=PlanWords(**values))
        except (NotThere, MayOnlyLook):
            return gone(request)
        except Wrong as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, wrong.sentence)
        else:
            answer = HttpResponseRedirect("/s/view/#answer")
            answer.status_code = 303
            return answer
    form.focus_first_error()
    return page(request, visit, form=form, status=400)
