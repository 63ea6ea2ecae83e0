//! What is written in a field of one line, and what stood there in the beginning.

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Line {
    text: String,
    before: String,
}

/// What is written is no value of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoValue;

impl Line {
    /// This stands there.
    pub fn of(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { before: text.clone(), text }
    }

    /// What stands there.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Somebody writes this.
    pub fn write(&mut self, text: String) {
        self.text = text;
    }

    /// Whether something else stands there than in the beginning.
    pub fn is_changed(&self) -> bool {
        self.text != self.before
    }

    /// Reads it into its value. What nobody has written in stays exactly what it is.
    ///
    /// # Errors
    /// If it is none.
    pub fn read<T>(&self, value: &mut Option<T>, read: impl Fn(&str) -> Option<T>) -> Result<(), NoValue> {
        if self.is_changed() {
            *value = match self.text.trim() {
                "" => None,
                text => Some(read(text).ok_or(NoValue)?),
            };
        }
        Ok(())
    }
}

/// A speed as it is written. What is rounded here stays what it is, unless somebody writes something else.
#[expect(clippy::cast_precision_loss, reason = "it is rounded")]
pub fn speed(rate: u64) -> String {
    for (unit, size) in [("G", 1e9), ("M", 1e6), ("K", 1e3)] {
        if rate as f64 >= size {
            let tenths = (rate as f64 / size * 10.0).round() / 10.0;
            return format!("{tenths}{unit}");
        }
    }
    rate.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_writes_in_is_not_rounded_and_what_is_emptied_is_nothing() {
        let mut value = Some(1_234_567);
        let mut line = Line::of(speed(1_234_567));
        assert_eq!(line.text(), "1.2M");
        line.read(&mut value, crate::speed).unwrap();
        assert_eq!(value, Some(1_234_567));
        line.write("500K".to_owned());
        line.read(&mut value, crate::speed).unwrap();
        assert_eq!(value, Some(500_000));
        line.write("fast".to_owned());
        assert_eq!(line.read(&mut value, crate::speed), Err(NoValue));
        line.write(" ".to_owned());
        line.read(&mut value, crate::speed).unwrap();
        assert_eq!(value, None);
    }
}
