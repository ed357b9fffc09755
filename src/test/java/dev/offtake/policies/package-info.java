/** What the manifests under {@code deploy/} enforce on a real API server, and the means to have them there for any test. */
@NullMarked
package dev.offtake.policies;

import org.jspecify.annotations.NullMarked;
