//! What an order line works out from its fields: amount, type, service, cancellation. The rules are data of
//! the spec; the arithmetic is exact.

use crate::fields::{Field, service_kind};
use crate::parse::number::{divide, multiply};
use crate::problem::BadCode;
use crate::spec::OrderRules;
use crate::value::Value;

/// The worked-out part of an order line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct OrderFacts {
    pub amount: i64,
    pub line_type: &'static str,
    pub service_kind: Option<&'static str>,
    pub cancelled: bool,
}

/// Where the fields are, and the rules.
pub(crate) struct OrderPlan {
    receipt_id: usize,
    product_id: usize,
    quantity: usize,
    unit_price: usize,
    amount: usize,
    discount: usize,
    cancelled: usize,
    service_kind: usize,
    cancel_prefix: Option<String>,
    /// Exact codes, then starts of codes.
    services: Vec<(String, &'static str)>,
    service_starts: Vec<(String, &'static str)>,
    write_offs: bool,
}

impl OrderPlan {
    pub fn new(fields: &[Field], rules: &OrderRules) -> Self {
        let at = |name: &str| fields.iter().position(|f| f.name == name).unwrap_or(0);
        let mut services = Vec::new();
        let mut service_starts = Vec::new();
        for rule in &rules.services {
            let kind = service_kind(&rule.kind).unwrap_or("fee");
            match rule.code.strip_suffix('*') {
                Some(start) => service_starts.push((start.to_string(), kind)),
                None => services.push((rule.code.clone(), kind)),
            }
        }
        Self {
            receipt_id: at("receipt_id"),
            product_id: at("product_id"),
            quantity: at("quantity"),
            unit_price: at("unit_price"),
            amount: at("amount"),
            discount: at("discount"),
            cancelled: at("cancelled"),
            service_kind: at("service_kind"),
            cancel_prefix: rules.cancel_prefix.clone(),
            services,
            service_starts,
            write_offs: rules.write_offs,
        }
    }

    /// Works the line out, filling in unit price and discount; the error names the field at fault.
    pub fn facts(&self, values: &mut [Value<'_>]) -> Result<OrderFacts, (usize, BadCode)> {
        let quantity = values[self.quantity].decimal().unwrap_or(0);
        // Money off a returned line was not paid and is not given back: it has the quantity's sign.
        let off = values[self.discount]
            .decimal()
            .unwrap_or(0)
            .saturating_abs();
        let discount = if quantity < 0 { -off } else { off };
        let total = |v: Option<i64>, field| v.ok_or((field, BadCode::TooLarge));
        let (unit_price, amount) = match (
            values[self.unit_price].decimal(),
            values[self.amount].decimal(),
        ) {
            (Some(price), _) => {
                let gross = total(multiply(quantity, price), self.quantity)?;
                (price, total(gross.checked_sub(discount), self.discount)?)
            }
            (None, Some(amount)) => {
                let gross = total(amount.checked_add(discount), self.amount)?;
                // Without units there is no price of one; the line's money stands.
                let price = if quantity == 0 {
                    0
                } else {
                    total(divide(gross, quantity), self.amount)?
                };
                (price, amount)
            }
            (None, None) => return Err((self.unit_price, BadCode::MissingValue)),
        };
        values[self.unit_price] = Value::Decimal(unit_price);
        values[self.discount] = Value::Decimal(discount);
        let cancelled = self.is_cancelled(values);
        let service_kind = self.service(values, quantity, unit_price, cancelled);
        // A cancelled order gave nothing back: its lines are sales that do not count (`cancelled`).
        let line_type = match service_kind {
            Some(_) => "service",
            None if quantity < 0 => "return",
            None => "sale",
        };
        Ok(OrderFacts {
            amount,
            line_type,
            service_kind,
            cancelled,
        })
    }

    fn is_cancelled(&self, values: &[Value<'_>]) -> bool {
        let by_prefix = match (&self.cancel_prefix, values[self.receipt_id]) {
            (Some(prefix), Value::Text(receipt)) => receipt.starts_with(prefix.as_str()),
            _ => false,
        };
        by_prefix || values[self.cancelled] == Value::Flag(true)
    }

    fn service(
        &self,
        values: &[Value<'_>],
        quantity: i64,
        price: i64,
        cancelled: bool,
    ) -> Option<&'static str> {
        if let Value::Text(kind) = values[self.service_kind] {
            return service_kind(kind);
        }
        if let Value::Text(code) = values[self.product_id] {
            let exact = self.services.iter().find(|(service, _)| service == code);
            let start = || {
                self.service_starts
                    .iter()
                    .find(|(start, _)| code.starts_with(start.as_str()))
            };
            if let Some((_, kind)) = exact.or_else(start) {
                return Some(kind);
            }
        }
        (self.write_offs && quantity < 0 && price == 0 && !cancelled).then_some("write_off")
    }
}
