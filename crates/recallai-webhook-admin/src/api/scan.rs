//! Lists, a page at a time, read in pieces.

use std::future::Future;

use recallai_webhook_dispatch::inbox::InboxError;

use crate::model::{Cursor, Limit, Page};

/// How a list is read.
pub(super) struct Scan {
    pub(super) limit: Limit,
    /// Where the page before ended.
    pub(super) cursor: Option<Cursor>,
    /// How many rows are read at once.
    pub(super) piece: usize,
    /// Whether rows are passed over: then a page ends after so many rows, however short it is.
    pub(super) most: Option<usize>,
}

impl Scan {
    /// The next page. `read` gives up to so many rows behind a place, `place` tells where a row is, and `show`
    /// what is answered of it, if it belongs to the list.
    pub(super) async fn page<R, A, F>(
        self,
        mut read: impl FnMut(Option<i64>, usize) -> F,
        place: impl Fn(&R) -> i64,
        mut show: impl FnMut(&R) -> Option<A>,
    ) -> Result<Page<A>, InboxError>
    where
        F: Future<Output = Result<Vec<R>, InboxError>>,
    {
        let limit = self.limit.get();
        let mut items = Vec::new();
        let mut last = self.cursor.map(|cursor| cursor.0);
        let mut seen = 0;
        loop {
            // One more than is wanted tells whether there is another page.
            let wanted = limit - items.len() + 1;
            let count = if self.most.is_some() { self.piece } else { wanted.min(self.piece) };
            let rows = read(last, count).await?;
            let is_end = rows.len() < count;
            for row in &rows {
                if items.len() == limit || self.most.is_some_and(|most| seen == most) {
                    return Ok(Page { items, next: last.map(Cursor) });
                }
                last = Some(place(row));
                seen += 1;
                items.extend(show(row));
            }
            if is_end {
                return Ok(Page { items, next: None });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages over the numbers 1 to 20, of which the even ones are shown.
    async fn pages(limit: &str, piece: usize, most: Option<usize>) -> Vec<Vec<i64>> {
        let limit: Limit = serde_json::from_str(limit).unwrap();
        let mut pages = Vec::new();
        let mut cursor = None;
        loop {
            let read = async |after: Option<i64>, count| {
                let rows = (1..=20).filter(|row| after.is_none_or(|after| *row > after));
                Ok(rows.take(count).collect::<Vec<i64>>())
            };
            let show = |row: &i64| Some(*row).filter(|row| most.is_none() || row % 2 == 0);
            let scan = Scan { limit, cursor, piece, most };
            let page = scan.page(read, |row| *row, show).await.unwrap();
            pages.push(page.items);
            cursor = page.next;
            if cursor.is_none() {
                return pages;
            }
        }
    }

    #[tokio::test]
    async fn each_row_is_on_one_page_whatever_the_pieces_are() {
        for piece in [1, 3, 7, 20, 100] {
            let pages = pages("\"6\"", piece, None).await;
            assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [6, 6, 6, 2], "{piece}");
            assert_eq!(pages.concat(), (1..=20).collect::<Vec<_>>(), "{piece}");
        }
    }

    #[tokio::test]
    async fn a_page_that_is_just_full_is_the_last_if_nothing_is_behind_it() {
        assert_eq!(pages("\"20\"", 7, None).await.len(), 1);
        assert_eq!(pages("\"10\"", 10, None).await.len(), 2);
    }

    #[tokio::test]
    async fn a_filtered_page_is_short_rather_than_long_in_coming() {
        for piece in [1, 2, 5, 100] {
            let pages = pages("\"4\"", piece, Some(5)).await;
            assert_eq!(pages, [&[2, 4][..], &[6, 8, 10], &[12, 14], &[16, 18, 20]], "{piece}");
        }
    }
}
