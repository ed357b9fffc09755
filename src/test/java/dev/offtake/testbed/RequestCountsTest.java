package dev.offtake.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestCountsTest {
    private static final String EARLIER = """
            # TYPE apiserver_request_total counter
            apiserver_request_total{code="201",component="apiserver",dry_run="",group="",resource="pods",scope="resource",subresource="binding",verb="POST",version="v1"} 4
            apiserver_request_total{code="200",component="apiserver",dry_run="",group="",resource="pods",scope="namespace",subresource="",verb="LIST",version="v1"} 7
            """;
    private static final String LATER = """
            apiserver_request_total{code="201",component="apiserver",dry_run="",group="",resource="pods",scope="resource",subresource="binding",verb="POST",version="v1"} 6
            apiserver_request_total{code="200",component="apiserver",dry_run="",group="",resource="pods",scope="namespace",subresource="",verb="LIST",version="v1"} 9
            apiserver_request_total{code="200",component="apiserver",dry_run="",group="",resource="pods",scope="resource",subresource="",verb="PATCH",version="v1"} 1.2e+03
            apiserver_request_total{code="201",component="apiserver",dry_run="",group="",resource="events",scope="resource",subresource="",verb="POST",version="v1"} 5
            """;

    private final RequestCounts added = RequestCounts.parse(LATER).since(RequestCounts.parse(EARLIER));

    @Test
    void writesAreToldFromReadsAndSubresourcesFromTheirResource() {
        assertThat(added.writes("pods", "binding")).isEqualTo(2);
        assertThat(added.writes("pods", "")).isEqualTo(1200);
    }

    @Test
    void allWritesLeaveEventsOut() {
        assertThat(added.writes()).isEqualTo(1202);
    }

    @Test
    void anyKindCanBeCounted() {
        assertThat(added.count(key -> key.verb().equals("LIST"))).isEqualTo(2);
        assertThat(added).hasToString("""
                LIST pods 200: 2
                PATCH pods 200: 1200
                POST events 201: 5
                POST pods/binding 201: 2
                """);
    }
}
