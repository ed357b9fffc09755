package dev.offtake.operator.act;

import dev.offtake.schedule.Decision;
import dev.offtake.translate.Claims;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets pods go to their nodes. */
public final class Releases {
    private static final Logger LOG = LoggerFactory.getLogger(Releases.class);

    private final ApiWriter writer;
    private final Feedback feedback;
    private final Explainer explainer;

    public Releases(ApiWriter writer, Feedback feedback, Explainer explainer) {
        this.writer = writer;
        this.feedback = feedback;
        this.explainer = explainer;
    }

    /** Releases the pod; a failure comes back as {@link Feedback#releaseFailed}. */
    public void release(Decision.Release release, PodRef pod) {
        String claim = Claims.json(Claims.of(release.grant()));
        String patch = ReleasePatch.of(pod.uid(), pod.layout(), release.node(), claim);
        writer.urgently(
                        ApiWriter.Kind.POD_RELEASE,
                        "PATCH",
                        Paths.pod(pod.namespace(), pod.name()),
                        ApiWriter.JSON_PATCH,
                        patch)
                .thenAccept(answer -> {
                    if (answer.ok()) {
                        explainer.released(release.gang(), pod, release.node());
                    } else {
                        if (!answer.isStale()) {
                            LOG.warn(
                                    "pod {}/{} was not released to {}: {} {}",
                                    pod.namespace(),
                                    pod.name(),
                                    release.node(),
                                    answer.code(),
                                    answer.body());
                        }
                        Later.run(() -> feedback.releaseFailed(release.gang(), release.podUid()));
                    }
                });
    }
}
