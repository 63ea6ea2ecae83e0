//! The colours and what they mean.
#![expect(clippy::unreadable_literal, reason = "colours are written as everywhere else")]

use iced::theme::palette::{Background, Danger, Extended, Pair, Primary, Secondary, Success, Warning};
use iced::{Color, Theme, color};

/// Colours by meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// The ground of bars and fields.
    pub surface: Color,
    /// The ground of the window and of dialogs.
    pub raised: Color,
    /// What the pointer is over.
    pub hovered: Color,
    /// What is chosen.
    pub selected: Color,
    /// Around what is chosen, where its ground alone would not stand out enough.
    pub outline: Color,
    /// Hairlines.
    pub line: Color,
    /// The edges of fields.
    pub edge: Color,
    /// Words.
    pub text: Color,
    /// Words that step back.
    pub muted: Color,
    /// What to do next, what moves, and where the keyboard is.
    pub accent: Color,
    /// Words on the accent.
    pub on_accent: Color,
    /// It worked.
    pub success: Color,
    /// It needs somebody.
    pub warning: Color,
    /// It went wrong, or something would be lost.
    pub danger: Color,
    /// What lies over the window while a dialog is open.
    pub scrim: Color,
}

/// For light desktops.
pub const LIGHT: Palette = Palette {
    surface: color!(0xf6f7f9),
    raised: color!(0xffffff),
    hovered: color!(0xf0f2f6),
    selected: color!(0xe6f0f9),
    outline: Color::TRANSPARENT,
    line: color!(0xe4e7ec),
    edge: color!(0x7d8695),
    text: color!(0x1b2028),
    muted: color!(0x5a6372),
    accent: color!(0x1a6aa3),
    on_accent: color!(0xffffff),
    success: color!(0x1b7445),
    warning: color!(0x855400),
    danger: color!(0xb92c2c),
    scrim: color!(0x10141a, 0.35),
};

/// For dark desktops.
pub const DARK: Palette = Palette {
    surface: color!(0x15181d),
    raised: color!(0x1c2026),
    hovered: color!(0x242931),
    selected: color!(0x1d3245),
    outline: Color::TRANSPARENT,
    line: color!(0x2a3039),
    edge: color!(0x737d8c),
    text: color!(0xe7eaef),
    muted: color!(0x9ea8b6),
    accent: color!(0x62b0ea),
    on_accent: color!(0x08202f),
    success: color!(0x5fc78e),
    warning: color!(0xe2b04a),
    danger: color!(0xff8a80),
    scrim: color!(0x000000, 0.55),
};

/// For light desktops on which everything should stand out.
pub const CLEAR_LIGHT: Palette = Palette {
    surface: color!(0xffffff),
    raised: color!(0xffffff),
    hovered: color!(0xe9ebef),
    selected: color!(0xd9eafa),
    outline: color!(0x00447a),
    line: color!(0x6b7280),
    edge: color!(0x2b3038),
    text: color!(0x000000),
    muted: color!(0x2b3038),
    accent: color!(0x00447a),
    on_accent: color!(0xffffff),
    success: color!(0x0a4a27),
    warning: color!(0x583500),
    danger: color!(0x8a0f0f),
    scrim: color!(0x000000, 0.55),
};

/// For dark desktops on which everything should stand out.
pub const CLEAR_DARK: Palette = Palette {
    surface: color!(0x000000),
    raised: color!(0x000000),
    hovered: color!(0x1c2128),
    selected: color!(0x12293d),
    outline: color!(0x8fccff),
    line: color!(0x8a93a1),
    edge: color!(0xd5dae2),
    text: color!(0xffffff),
    muted: color!(0xd5dae2),
    accent: color!(0x8fccff),
    on_accent: color!(0x000000),
    success: color!(0x86e8b1),
    warning: color!(0xffd27a),
    danger: color!(0xffb3ac),
    scrim: color!(0x000000, 0.7),
};

impl Palette {
    /// Everything that words may lie on.
    pub fn grounds(&self) -> [Color; 4] {
        [self.surface, self.raised, self.hovered, self.selected]
    }

    /// Whether light words lie on dark ground.
    pub fn is_dark(&self) -> bool {
        self.raised.relative_luminance() < self.text.relative_luminance()
    }

    /// As a theme carries it, each colour where widgets without a style of their own look for it.
    pub fn carried(&self) -> Extended {
        let pair = |color, text| Pair { color, text };
        let (plain, act) = (|color| pair(color, self.text), pair(self.accent, self.on_accent));
        Extended {
            background: Background {
                base: plain(self.raised),
                weakest: plain(self.surface),
                weaker: plain(self.hovered),
                weak: plain(self.hovered),
                neutral: plain(self.selected),
                strong: plain(self.edge),
                stronger: plain(self.edge),
                strongest: plain(self.edge),
            },
            primary: Primary { base: act, weak: act, strong: act },
            secondary: Secondary {
                base: pair(self.muted, self.raised),
                weak: pair(self.line, self.outline),
                strong: pair(self.muted, self.scrim),
            },
            success: same(self.success, self.on_accent, |base, weak, strong| Success { base, weak, strong }),
            warning: same(self.warning, self.on_accent, |base, weak, strong| Warning { base, weak, strong }),
            danger: same(self.danger, self.on_accent, |base, weak, strong| Danger { base, weak, strong }),
            is_dark: self.is_dark(),
        }
    }
}

fn same<T>(color: Color, text: Color, make: fn(Pair, Pair, Pair) -> T) -> T {
    let pair = Pair { color, text };
    make(pair, pair, pair)
}

/// The palette that a theme carries.
pub fn of(theme: &Theme) -> Palette {
    let carried = theme.extended_palette();
    let (ground, aside) = (&carried.background, &carried.secondary);
    Palette {
        surface: ground.weakest.color,
        raised: ground.base.color,
        hovered: ground.weaker.color,
        selected: ground.neutral.color,
        outline: aside.weak.text,
        line: aside.weak.color,
        edge: ground.strong.color,
        text: ground.base.text,
        muted: aside.base.color,
        accent: carried.primary.base.color,
        on_accent: carried.primary.base.text,
        success: carried.success.base.color,
        warning: carried.warning.base.color,
        danger: carried.danger.base.color,
        scrim: aside.strong.text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{CALM, CLEAR, built};
    use super::*;

    /// What a colour that can be seen through looks like.
    fn on(ground: Color, color: Color) -> Color {
        let part = |over: f32, under: f32| over * color.a + under * (1.0 - color.a);
        Color::from_rgb(part(color.r, ground.r), part(color.g, ground.g), part(color.b, ground.b))
    }

    /// Whether everything in a palette can be told from what it lies on.
    fn check(palette: &Palette, least: f32) {
        let words =
            [palette.text, palette.muted, palette.accent, palette.success, palette.warning, palette.danger];
        for ground in palette.grounds() {
            let enough = |what: &str, color: Color, least: f32| {
                let contrast = ground.relative_contrast(color);
                assert!(contrast >= least, "{what} {color:?} on {ground:?}: {contrast}");
            };
            for word in words {
                enough("word", word, least);
            }
            enough("edge or ring", palette.edge, 3.0);
            // The bars of progress, and what is left of them.
            let track = on(ground, super::super::progress::track(palette));
            for bar in
                [palette.accent, super::super::progress::bar(palette, crate::Phase::Paused), palette.danger]
            {
                let bar = on(track, bar);
                enough("bar", bar, 3.0);
                assert!(track.relative_contrast(bar) >= 3.0, "{bar:?} on {track:?}");
            }
        }
        for ground in [palette.accent, palette.danger] {
            let contrast = ground.relative_contrast(palette.on_accent);
            assert!(contrast >= least, "on {ground:?}: {contrast}");
        }
    }

    #[test]
    fn every_word_and_shape_can_be_told_from_its_ground() {
        check(&LIGHT, CALM);
        check(&DARK, CALM);
        check(&CLEAR_LIGHT, CLEAR);
        check(&CLEAR_DARK, CLEAR);
    }

    #[test]
    fn what_is_chosen_and_lines_stand_out_where_that_is_wanted() {
        for palette in [CLEAR_LIGHT, CLEAR_DARK] {
            for color in [palette.outline, palette.line] {
                assert!(palette.grounds().iter().all(|ground| ground.relative_contrast(color) >= 3.0));
            }
        }
    }

    #[test]
    fn a_theme_carries_its_palette() {
        for palette in [LIGHT, DARK, CLEAR_LIGHT, CLEAR_DARK] {
            assert_eq!(of(&built("any", &palette)), palette);
        }
    }

    proptest! {
        #[test]
        fn every_accent_leaves_everything_readable(red: u8, green: u8, blue: u8) {
            let wanted = Color::from_rgb8(red, green, blue);
            for (palette, least) in [(LIGHT, CALM), (DARK, CALM), (CLEAR_LIGHT, CLEAR), (CLEAR_DARK, CLEAR)] {
                check(&super::super::accent::with(palette, wanted, least), least);
            }
        }
    }
}
