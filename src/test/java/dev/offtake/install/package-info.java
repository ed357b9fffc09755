/** The chart {@code charts/offtake} and the files of {@code deploy/}, with the real Helm on a real API server. */
package dev.offtake.install;
