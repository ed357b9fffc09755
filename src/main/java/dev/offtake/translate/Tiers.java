package dev.offtake.translate;

import dev.offtake.placement.Tier;

/** The tiers of the API and of the core. */
final class Tiers {
    private Tiers() {}

    static Tier core(dev.offtake.api.Tier tier) {
        return switch (tier) {
            case RESERVED -> Tier.RESERVED;
            case ON_DEMAND -> Tier.ON_DEMAND;
            case SPOT -> Tier.SPOT;
        };
    }

    static dev.offtake.api.Tier api(Tier tier) {
        return switch (tier) {
            case RESERVED -> dev.offtake.api.Tier.RESERVED;
            case ON_DEMAND -> dev.offtake.api.Tier.ON_DEMAND;
            case SPOT -> dev.offtake.api.Tier.SPOT;
        };
    }
}
