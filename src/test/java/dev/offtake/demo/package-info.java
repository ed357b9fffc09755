/**
 * The demo: the operator's production code and a story told with it, on Fabric8's mock API server with stand-ins for the
 * rest of a cluster, or on the control plane of the test bed.
 */
package dev.offtake.demo;
