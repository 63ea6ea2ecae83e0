//! The accent that somebody wishes for, brought to where it can be seen: its hue stays, its
//! lightness gives way.
#![expect(clippy::excessive_precision, clippy::many_single_char_names, reason = "as the space is defined")]

use iced::Color;

use super::Palette;

/// How far the lightness moves in one go.
const STEP: f32 = 0.005;

/// A colour as the eye orders it: how light, how colourful, which hue.
/// <https://bottosson.github.io/posts/oklab/>
#[derive(Clone, Copy, Debug)]
struct Shade {
    light: f32,
    chroma: f32,
    hue: f32,
}

/// `palette` with the accent `wanted`, or the nearest to it that has a contrast of `least` to every
/// ground. What is chosen takes on its hue.
pub fn with(palette: Palette, wanted: Color, least: f32) -> Palette {
    let dark = palette.is_dark();
    let wanted = Shade::of(wanted);
    let selected = tint(palette.selected, wanted, dark);
    let grounds = Palette { selected, ..palette }.grounds();
    let stands_out = |color: Color| grounds.iter().all(|ground| ground.relative_contrast(color) >= least);
    let accent = wanted.until(dark, stands_out);
    // Words on the accent are as far from it as the grounds are, or farther.
    let on_accent = if dark { Color::BLACK } else { Color::WHITE };
    let outline = if palette.outline.a > 0.0 { accent } else { palette.outline };
    Palette { selected, outline, accent, on_accent, ..palette }
}

/// `ground` in another hue, and no nearer to the words on it.
fn tint(ground: Color, wanted: Shade, dark: bool) -> Color {
    let own = Shade::of(ground);
    let near = ground.relative_luminance();
    let tinted = Shade { light: own.light, chroma: own.chroma.min(wanted.chroma), hue: wanted.hue };
    tinted.until(!dark, |color| {
        let luminance = color.relative_luminance();
        if dark { luminance <= near } else { luminance >= near }
    })
}

impl Shade {
    fn of(color: Color) -> Self {
        let [r, g, b, _] = color.into_linear();
        let l = (0.412_221_47 * r + 0.536_332_54 * g + 0.051_445_99 * b).cbrt();
        let m = (0.211_903_50 * r + 0.680_699_55 * g + 0.107_396_96 * b).cbrt();
        let s = (0.088_302_46 * r + 0.281_718_84 * g + 0.629_978_70 * b).cbrt();
        let light = 0.210_454_26 * l + 0.793_617_79 * m - 0.004_072_05 * s;
        let a = 1.977_998_50 * l - 2.428_592_21 * m + 0.450_593_71 * s;
        let b = 0.025_904_04 * l + 0.782_771_77 * m - 0.808_675_77 * s;
        Self { light, chroma: a.hypot(b), hue: b.atan2(a) }
    }

    fn linear(self) -> [f32; 3] {
        let (a, b) = (self.chroma * self.hue.cos(), self.chroma * self.hue.sin());
        let l = (self.light + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
        let m = (self.light - 0.105_561_35 * a - 0.063_854_17 * b).powi(3);
        let s = (self.light - 0.089_484_18 * a - 1.291_485_55 * b).powi(3);
        [
            4.076_741_66 * l - 3.307_711_59 * m + 0.230_969_93 * s,
            -1.268_438_00 * l + 2.609_757_40 * m - 0.341_319_40 * s,
            -0.004_196_09 * l - 0.703_418_61 * m + 1.707_614_70 * s,
        ]
    }

    /// As a colour that can be shown, less colourful if need be.
    fn color(self) -> Color {
        let mut shade = Self { light: self.light.clamp(0.0, 1.0), ..self };
        let is_shown = |shade: Self| shade.linear().iter().all(|part| (-0.001..=1.001).contains(part));
        while shade.chroma > 0.001 && !is_shown(shade) {
            shade.chroma *= 0.95;
        }
        let [r, g, b] = shade.linear().map(|part| part.clamp(0.0, 1.0));
        Color::from_linear_rgba(r, g, b, 1.0)
    }

    /// The first that will do, ever lighter or ever darker; at the end white or black.
    fn until(mut self, lighter: bool, will_do: impl Fn(Color) -> bool) -> Color {
        loop {
            let color = self.color();
            if will_do(color) {
                return color;
            }
            match (lighter, self.light) {
                (true, 1.0..) => return Color::WHITE,
                (false, ..=0.0) => return Color::BLACK,
                (true, _) => self.light += STEP,
                (false, _) => self.light -= STEP,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CALM, palette};
    use super::*;

    fn near(a: Color, b: Color) -> bool {
        [(a.r, b.r), (a.g, b.g), (a.b, b.b)].iter().all(|(a, b)| (a - b).abs() < 0.01)
    }

    #[test]
    fn an_accent_that_can_be_seen_stays_as_it_is() {
        let purple = Color::from_rgb8(0x6d, 0x2c, 0x91);
        assert!(near(with(palette::LIGHT, purple, CALM).accent, purple));
        let pink = Color::from_rgb8(0xff, 0xa0, 0xc0);
        assert!(near(with(palette::DARK, pink, CALM).accent, pink));
    }

    #[test]
    fn a_yellow_one_becomes_darker_on_white_and_keeps_its_hue() {
        let yellow = Color::from_rgb8(0xf5, 0xc2, 0x11);
        let accent = with(palette::LIGHT, yellow, CALM).accent;
        assert!(accent.relative_luminance() < yellow.relative_luminance());
        assert!((Shade::of(accent).hue - Shade::of(yellow).hue).abs() < 0.1);
    }
}
