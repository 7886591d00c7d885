#!/usr/bin/python3
"""Cuts Noto Sans SC down to GB2312 + Latin and packs it: fonts.py OUT_DIR.

Needs Debian's python3-fonttools (4.38.0) and npm, which fetches the package
@expo-google-fonts/noto-sans-sc 0.4.3. The checksums are those of the cut fonts,
before packing (shared/screens.md, section 10.2).
"""
import gzip
import hashlib
import pathlib
import subprocess
import sys
import tarfile
import tempfile

WEIGHTS = (
    ('500Medium', '807889a6aab6e4733ef6ce628f8fbb586ba6b7c6844ed6e9892e4a7ae3a5da30'),
    ('700Bold', 'dd7baa9fefe6fc4113ce41f78336f4a4b7ce984bcb3d22197bbb839d41588409'),
)

# What the drawings need besides GB2312 and Latin: dashes, signs, arrows, marks.
EXTRA = (0x2013, 0x2014, 0x2022, 0x2039, 0x203a, 0x20ac, 0x21c4, 0x2212, 0x232b, 0x23ce, 0x23cf, 0x25aa, 0x25b6,
         0x25bc, 0x25c0, 0x26a0, 0x2713, 0x2714, 0x2715, 0x2716, 0x2717, 0x33a1, 0xfe0f)


def characters():
    chars = {chr(c) for c in [*range(0x20, 0x7f), *range(0xa0, 0x180), *EXTRA]}
    for hi in range(0xa1, 0xf8):
        for lo in range(0xa1, 0xff):
            try:
                chars.add(bytes([hi, lo]).decode('gb2312'))
            except UnicodeDecodeError:
                pass
    return ''.join(sorted(chars))


def main(out):
    with tempfile.TemporaryDirectory() as tmp:
        tmp = pathlib.Path(tmp)
        subprocess.run(['npm', 'pack', '--silent', '@expo-google-fonts/noto-sans-sc@0.4.3'], cwd=tmp, check=True)
        with tarfile.open(next(tmp.glob('*.tgz'))) as package:
            package.extractall(tmp)
        (tmp / 'chars.txt').write_text(characters(), encoding='utf-8')
        for weight, want in WEIGHTS:
            ttf = tmp / f'{weight}.ttf'
            subprocess.run(['/usr/bin/python3', '-m', 'fontTools.subset',
                            tmp / f'package/{weight}/NotoSansSC_{weight}.ttf', f'--text-file={tmp}/chars.txt',
                            '--no-hinting', '--drop-tables+=GSUB,GPOS,GDEF,BASE,vhea,vmtx', f'--output-file={ttf}'],
                           check=True)
            data = ttf.read_bytes()
            assert hashlib.sha256(data).hexdigest() == want, f'{weight} is not the font that was asked for'
            packed = pathlib.Path(out) / f'NotoSansSC-{weight[3:]}.ttf.gz'
            packed.write_bytes(gzip.compress(data, 9, mtime=0))
            print(packed, len(data), 'bytes, packed', packed.stat().st_size)
        licence = tmp / 'package/LICENSE_FONT'
        (pathlib.Path(out) / 'OFL.txt').write_bytes(licence.read_bytes())


main(sys.argv[1])
