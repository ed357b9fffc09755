package dev.offtake.sim.input;

/**
 * How the GPUs of a gang become pods where a trace does not say it: one pod where a node can hold it, else equal pods, as
 * large as a node can hold.
 *
 * @param gpusPerNode GPUs of a whole node, at least 1
 */
public record PodSplit(int gpusPerNode) {
    int gpusPerPod(int gpus) {
        int most = Math.min(gpus, gpusPerNode);
        while (gpus % most != 0) {
            most--;
        }
        return most;
    }
}
