//! Random packets between the ends of a network.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use adit_lab::{Plan, SERVED, Sent, Spot};
use adit_net::{Body, Endpoint};

use crate::dice::Dice;
use crate::networks::{PORTS, port};

/// Ports of clients; none is one at which somebody listens.
const LOW: [u16; 4] = [21, 443, 1000, 40000];

/// So many packets, of which no two can be mistaken for each other.
pub(crate) fn flows(dice: &mut Dice, plan: &Plan, count: usize) -> Vec<Sent> {
    let inside =
        |spot: &Spot| !matches!(spot.endpoint, Endpoint::Site(_) | Endpoint::Internet | Endpoint::Oracle(_));
    let cards: Vec<&Spot> = plan.spots.iter().filter(|spot| inside(spot)).collect();
    let sources: Vec<&Spot> =
        plan.spots.iter().filter(|spot| !matches!(spot.endpoint, Endpoint::Oracle(_))).collect();
    let all: Vec<&Spot> = plan.spots.iter().collect();
    let mut found: Vec<Sent> = Vec::new();
    let mut ports = BTreeSet::new();
    let mut goals = BTreeSet::new();
    while found.len() < count {
        // Between machines mostly, and with one inside always.
        let among = if dice.percent(80) { &cards } else { &sources };
        let from = dice.pick(among);
        let among = if dice.percent(70) || !inside(from) { &cards } else { &all };
        let to = dice.pick(among);
        let (source, destination) = (address(dice, from), address(dice, to));
        if from.space == to.space {
            continue;
        }
        let world = !inside(to);
        let body = match dice.below(10) {
            0 => Body::Icmp { kind: 8, code: 0 },
            n => {
                let client = if dice.percent(25) { dice.pick(&LOW) } else { 1024 + dice.below(64000) as u16 };
                let used = SERVED.contains(&client) || !ports.insert((from.space, source, client));
                if used {
                    continue;
                }
                let source = port(client);
                if n < 4 {
                    Body::Udp { source, destination: port(dice.pick(&SERVED)) }
                } else {
                    Body::Tcp { source, destination: port(dice.pick(&PORTS)) }
                }
            }
        };
        if world && !goals.insert(destination) {
            continue;
        }
        found.push(Sent { from: from.clone(), to: to.clone(), source, destination, body });
    }
    found
}

fn address(dice: &mut Dice, spot: &Spot) -> Ipv4Addr {
    let size = spot.range.size();
    // Neither the first nor the last of what has more than a few.
    let at = if size > 8 { 1 + dice.below(size as usize - 2) } else { dice.below(size as usize) };
    Ipv4Addr::from(u32::from(spot.range.first()) + at as u32)
}
