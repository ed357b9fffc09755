package dev.offtake.operator.process;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which API server, as whom.
 *
 * @param kubeconfig file to read; empty: the files of the environment variable {@code KUBECONFIG}, else
 *     {@code ~/.kube/config}, else the service account of the pod
 * @param context context of the kubeconfig; empty for its current one
 */
public record ClusterOptions(Optional<Path> kubeconfig, Optional<String> context) {}
