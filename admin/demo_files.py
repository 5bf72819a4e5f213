"""Evidence of the demonstration, drawn and composed here: call logs, chats, pages, a door, a tone, a statement."""

import io
import math
import struct
import wave
from functools import cache

import pikepdf
from PIL import Image, ImageDraw, ImageFont

INK, DIM, GREEN, PAPER, BUBBLE = (28, 32, 38), (120, 128, 138), (149, 216, 105), (244, 245, 247), (255, 255, 255)
RATE = 8000


@cache
def call_log(seed):
    """A telephone's list of calls, many of one number, some of them at night."""
    picture = Image.new("RGB", (540, 860), BUBBLE)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 540, 70), fill=PAPER)
    draw.text((24, 22), "Recents", font=ImageFont.load_default(26), fill=INK)
    draw.text((420, 26), "Missed", font=ImageFont.load_default(18), fill=DIM)
    for line in range(11):
        top = 84 + line * 70
        hour, minute = (7 + (line * 5 + seed) % 16), (line * 17 + seed * 7) % 60
        draw.text((24, top), f"0100-5559 {seed % 10}{(line * 3 + seed) % 10}**", font=ImageFont.load_default(22),
                  fill=(196, 49, 42) if line % 3 else INK)  # fmt: skip
        draw.text((24, top + 30), "Lanwan, unknown caller", font=ImageFont.load_default(15), fill=DIM)
        draw.text((430, top + 8), f"{hour:02d}:{minute:02d}", font=ImageFont.load_default(18), fill=DIM)
        draw.line((24, top + 60, 516, top + 60), fill=(226, 229, 233))
    return _png(picture)


@cache
def chat(seed):
    """A chat whose words are bars: who wrote how much, not what."""
    picture = Image.new("RGB", (540, 720), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 540, 64), fill=(237, 237, 240))
    draw.text((200, 20), f"9{seed % 10}55 {seed % 7}", font=ImageFont.load_default(22), fill=INK)
    for line in range(6):
        mine, top = (line + seed) % 3 == 0, 90 + line * 100
        width = 190 + (line * 53 + seed * 31) % 170
        left = 516 - width if mine else 24
        draw.rounded_rectangle((left, top, left + width, top + 72), 12, fill=GREEN if mine else BUBBLE)
        for row in range(2):
            end, line_top = max(left + width - 18 - row * 60, left + 60), top + 18 + row * 24
            draw.rectangle((left + 16, line_top, end, line_top + 10), fill=(170, 176, 184))
    return _png(picture)


@cache
def photo(seed):
    """A paper on a door, whose words are bars."""
    picture = Image.new("RGB", (640, 480), (176, 168, 156))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((90, 0, 550, 480), fill=(92, 104, 112))
    draw.rectangle((510, 220, 530, 280), fill=(210, 196, 150))
    left = 200 + 6 * (seed % 25)
    draw.rectangle((left, 90, left + 200, 350), fill=BUBBLE)
    draw.rectangle((left + 60, 120, left + 140, 190), fill=(200, 204, 208))
    for row in range(5):
        draw.rectangle((left + 20, 215 + row * 24, left + 180 - 20 * (row % 3), 227 + row * 24), fill=(70, 74, 80))
    return _png(picture)


@cache
def screen(seed):
    """A page of an app that asks for the address book, with one button that goes on."""
    picture = Image.new("RGB", (540, 860), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 540, 70), fill=BUBBLE)
    draw.text((24, 22), "Permissions", font=ImageFont.load_default(26), fill=INK)
    for line in range(5):
        top = 110 + line * 90
        draw.rectangle((24, top, 250 + (line * 37 + seed * 11) % 120, top + 16), fill=(120, 128, 138))
        draw.rectangle((24, top + 28, 430 - (line * 29) % 90, top + 40), fill=(190, 195, 202))
        draw.rounded_rectangle((450, top, 510, top + 30), 15, fill=GREEN)
    draw.rounded_rectangle((60, 700, 480, 770), 16, fill=GREEN)
    draw.text((170, 718), "Agree to all", font=ImageFont.load_default(26), fill=INK)
    return _png(picture)


@cache
def recording(seed):
    """A second and a half of two tones, as a recording."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        pitch = 330 + 10 * (seed % 25)
        samples = (int(9000 * math.sin(2 * math.pi * (pitch if n < RATE else pitch * 1.25) * n / RATE))
                   for n in range(RATE * 3 // 2))  # fmt: skip
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return buffer.getvalue()


@cache
def paper(title, lines):
    """A page of plain text as a PDF."""
    with pikepdf.new() as document:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page = document.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        words = [f"BT /F1 16 Tf 60 770 Td ({title}) Tj ET"]
        words += [f"BT /F1 11 Tf 60 {735 - 20 * n} Td ({line}) Tj ET" for n, line in enumerate(lines)]
        page.Contents = document.make_stream("\n".join(words).encode("ascii"))
        buffer = io.BytesIO()
        document.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def _png(picture):
    buffer = io.BytesIO()
    picture.quantize(16).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
