package dev.offtake.fleet;

import java.util.Optional;

/**
 * A pod's toleration, with the matching rule of the Kubernetes scheduler.
 *
 * @param key empty tolerates every key (only with {@code exists})
 * @param exists operator Exists: any value; otherwise the value must be equal
 * @param effect empty tolerates every effect
 */
public record Toleration(String key, boolean exists, String value, Optional<Taint.Effect> effect) {
    public boolean tolerates(Taint taint) {
        if (effect.isPresent() && effect.get() != taint.effect()) {
            return false;
        }
        if (!key.isEmpty() && !key.equals(taint.key())) {
            return false;
        }
        return exists || (!key.isEmpty() && value.equals(taint.value()));
    }
}
