//! Tests lists across all their pages, by the way in which a list finds its next page; errors in the middle of a list;
//! and positions.

mod errors;
mod positions;
mod settlements;
mod tokens;
mod transactions;

use std::collections::VecDeque;
use std::sync::Mutex;

use dintero_api::client::Listing;
use dintero_api::types::Transaction;
use dintero_api::{Client, Error};
use serde_json::{Value, json};

use crate::dintero::{client, token_reply};
use crate::server::{Reply, Server, is_token};

/// Starts a server that returns these pages, and then refuses all requests.
async fn pages(pages: impl IntoIterator<Item = Value>) -> (Client, Server) {
    let pages: VecDeque<_> = pages.into_iter().map(|page| Reply::json(200, &page)).collect();
    serve(pages).await
}

async fn serve(replies: VecDeque<Reply>) -> (Client, Server) {
    let replies = Mutex::new(replies);
    let server = Server::start(move |request, _| {
        if is_token(request) {
            return token_reply();
        }
        let over = || Reply::json(418, &json!({"error": {"message": "no more pages"}}));
        replies.lock().unwrap().pop_front().unwrap_or_else(over)
    })
    .await;
    (client(&server), server)
}

/// Returns a page of transactions with these ids.
fn transactions(ids: &[&str]) -> Value {
    let transaction = |id: &&str| {
        json!({
            "id": id, "amount": 1, "currency": "NOK",
            "payment_product": "vipps", "payment_product_type": "vipps",
        })
    };
    ids.iter().map(transaction).collect()
}

/// Returns the queries that arrived.
fn queries(server: &Server) -> Vec<String> {
    let calls = server.calls();
    calls.iter().map(|call| call.target.split_once('?').unwrap().1.to_owned()).collect()
}

async fn ids(list: &mut Listing<'_, Transaction>) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    while let Some(transaction) = list.try_next().await? {
        ids.push(transaction.id.unwrap());
    }
    Ok(ids)
}

/// Reads a list to its end, and continues after every error.
async fn everything(list: &mut Listing<'_, Transaction>) -> Vec<Result<String, String>> {
    let mut all = Vec::new();
    loop {
        assert!(all.len() < 1000, "the list does not end");
        match list.try_next().await {
            Ok(Some(transaction)) => all.push(Ok(transaction.id.unwrap_or_default())),
            Ok(None) => return all,
            Err(error) => {
                let cause = std::error::Error::source(&error).and_then(std::error::Error::source);
                all.push(Err(cause.map_or_else(|| error.to_string(), ToString::to_string)));
                list.resume();
            }
        }
    }
}

fn found(ids: &[&str]) -> Vec<Result<String, String>> {
    ids.iter().map(|id| Ok((*id).to_owned())).collect()
}
