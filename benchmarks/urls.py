from django.urls import include, path

from benchmarks.floor import views
from benchmarks.floor.admin import stock_site

urlpatterns = [
    path("", include("jaim_portal.urls")),
    path("floor/home/", views.home, name="floor_home"),
    path("floor/admin/", stock_site.urls),
]
