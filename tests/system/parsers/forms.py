"""Says what the parser of a form reads: `forms.py werkzeug|starlette|django PORT`."""

import hashlib
import json
import sys
import types


def told(fields, files):
    return json.dumps({"fields": fields, "files": [[field, name, hashlib.sha256(data).hexdigest()] for field, name, data in files]})


def werkzeug(port):
    from werkzeug.serving import run_simple
    from werkzeug.wrappers import Request, Response

    @Request.application
    def app(request):
        files = [(field, file.filename, file.read()) for field, file in request.files.items(multi=True)]
        return Response(told(request.form.to_dict(), files), mimetype="application/json")

    run_simple("127.0.0.1", port, app)


def starlette(port):
    import uvicorn
    from starlette.applications import Starlette
    from starlette.datastructures import UploadFile
    from starlette.responses import Response
    from starlette.routing import Route

    async def form(request):
        items = (await request.form()).multi_items()
        fields = {name: value for name, value in items if isinstance(value, str)}
        files = [(name, file.filename, await file.read()) for name, file in items if isinstance(file, UploadFile)]
        return Response(told(fields, files), media_type="application/json")

    uvicorn.run(Starlette(routes=[Route("/", form, methods=["POST"])]), host="127.0.0.1", port=port, log_level="warning")


def django(port):
    from wsgiref.simple_server import make_server

    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import path

    def form(request):
        files = [(field, file.name, file.read()) for field in request.FILES for file in request.FILES.getlist(field)]
        return HttpResponse(told(request.POST.dict(), files), content_type="application/json")

    addresses = types.ModuleType("addresses")
    addresses.urlpatterns = [path("", form)]
    sys.modules["addresses"] = addresses
    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF="addresses", SECRET_KEY="x", MIDDLEWARE=[])
    django.setup()
    make_server("127.0.0.1", port, get_wsgi_application()).serve_forever()


if __name__ == "__main__":
    {"werkzeug": werkzeug, "starlette": starlette, "django": django}[sys.argv[1]](int(sys.argv[2]))
