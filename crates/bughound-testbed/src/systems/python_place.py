"""Makes the project importable where it lies, with the metadata of its source distribution."""

import email.parser
import glob
import pathlib
import shutil
import sysconfig

repo = pathlib.Path("/w/repo")
site = pathlib.Path(sysconfig.get_path("purelib"))
root = repo / "src" if (repo / "src").is_dir() else repo
(site / "bughound_project.pth").write_text(f"{root}\n")

info = repo / "PKG-INFO"
if info.is_file():
    about = email.parser.Parser().parsestr(info.read_text(encoding="utf-8", errors="replace"))
    name = about["Name"].replace("-", "_")
    metadata = site / f"{name}-{about['Version']}.dist-info"
    metadata.mkdir(exist_ok=True)
    shutil.copyfile(info, metadata / "METADATA")
    (metadata / "INSTALLER").write_text("bughound\n")
    (metadata / "RECORD").write_text("")
    for entry_points in glob.glob(f"{root}/*.egg-info/entry_points.txt"):
        shutil.copyfile(entry_points, metadata / "entry_points.txt")
