"""Pages: landing, accounts, the phone app's shell, the doctor's door."""

from django.urls import URLPattern, URLResolver, include, path

from frontend.views import app, invitation, leaving, letterbox, mail, pages, previews, sessions

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.landing, name="landing"),
    path("about/", pages.about, name="about"),
    path("help/", pages.guide, name="help"),
    path("privacy/", pages.privacy, name="privacy"),
    path("card.pdf", pages.card, name="card"),
    path("look/", pages.look, name="look"),
    path("account/", pages.account, name="account"),
    path("account/history/", leaving.history, name="history"),
    path("account/erase/", leaving.erase, name="erase"),
    path("account/keep/", leaving.keep, name="keep_account"),
    path("account/sessions/<int:pk>/end/", sessions.end, name="end_session"),
    path("look/mail/", previews.look, name="look_mail"),
    path("mail/", mail.mail_list, name="mail"),
    path("mail/preview/", previews.preview_list, name="preview_list"),
    path("mail/preview/<slug:key>/", previews.preview, name="preview"),
    path("mail/preview/<slug:key>/<slug:tone>/", previews.preview_html, name="preview_html"),
    path("mail/<str:name>", mail.mail_one, name="mail_one"),
    path("mail/<str:name>/page", mail.mail_html, name="mail_html"),
    path("unsubscribe/<str:token>/", letterbox.unsubscribe, name="unsubscribe"),
    path("calendar/<str:token>.ics", letterbox.feed, name="calendar"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("accounts/", include("allauth.urls")),
    path("app/", app.shell, name="app"),
    path("app/<path:path>", app.shell, name="app-path"),
    path("sw.js", app.worker, name="app-worker"),
    path("manifest.webmanifest", app.manifest, name="app-manifest"),
    path("s/", include("frontend.share_urls")),
]
