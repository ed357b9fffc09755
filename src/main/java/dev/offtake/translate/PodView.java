package dev.offtake.translate;

import dev.offtake.api.OfftakeAnnotations;
import dev.offtake.schedule.GangId;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A pod as a part of a gang: what has to be kept of it once it was read.
 *
 * @param gang that it belongs to
 * @param live whether it neither has ended nor is being deleted
 * @param job name of the Job that controls it
 * @param maker what makes it anew when it is gone, see {@link Gangs#maker}
 * @param wishTexts the wishes as they are written, by annotation
 */
public record PodView(
        String namespace,
        String name,
        String uid,
        GangId gang,
        Instant createdAt,
        boolean live,
        Optional<String> job,
        Optional<String> maker,
        PodNeeds needs,
        Wishes wishes,
        Map<String, String> wishTexts) {
    public PodView {
        wishTexts = Map.copyOf(wishTexts);
    }

    public static PodView of(Pod pod) {
        ObjectMeta meta = pod.getMetadata();
        Map<String, String> texts = NodeFilters.orEmpty(meta.getAnnotations()).entrySet().stream()
                .filter(e -> OfftakeAnnotations.WISHES.contains(e.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return new PodView(
                meta.getNamespace(),
                meta.getName(),
                meta.getUid(),
                Gangs.idOf(pod),
                Gangs.createdAt(meta),
                meta.getDeletionTimestamp() == null && !Pods.isFinished(pod),
                Gangs.jobOf(pod),
                Gangs.maker(pod),
                PodNeeds.of(pod),
                Wishes.of(pod),
                texts);
    }
}
