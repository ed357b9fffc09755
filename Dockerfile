# syntax=docker/dockerfile:1
# docker build --build-arg VERSION=0.1.0-SNAPSHOT --build-arg REVISION="$(git rev-parse HEAD)" --tag offtake .
# src/test/image/check.sh builds it without a registry, starts it as its user on a read-only root, and asks it for /readyz.

FROM docker.io/library/eclipse-temurin:25-jdk AS build
RUN apt-get update && apt-get install -y --no-install-recommends maven
WORKDIR /src
COPY pom.xml ./
COPY .mvn .mvn
COPY deploy deploy
COPY src src
# Such as --offline.
ARG MAVEN_OPTIONS=""
RUN mvn -B -ntp $MAVEN_OPTIONS -DskipStaticAnalysis -Dmaven.test.skip=true package
# Refuses to work offline.
RUN mvn -B -ntp org.cyclonedx:cyclonedx-maven-plugin:makeBom
# What the operator uses of the JDK; of the rest only what makes support cases shorter (jcmd, flight recorder).
RUN jlink --add-modules java.base,java.logging,java.management,java.naming,java.xml,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,jdk.unsupported \
      --strip-java-debug-attributes --no-header-files --no-man-pages --output /opt/jre
# The authorities that the JDK trusts, by the other name by which it looks for them. By this one it would read all of them at
# each start, to know whether the API server shows a certificate of one of them, for which the JDK has rules of its own.
RUN cd /opt/jre/lib/security && mv cacerts jssecacerts
RUN mkdir /opt/offtake && cp target/bom.json src/main/docker/jvm.options /opt/offtake/ \
    && java src/main/docker/ImageJar.java target/offtake.jar /opt/offtake/offtake.jar
# Of the libraries in the jar the one for this processor, so that none is unpacked at each start.
RUN cd /tmp && jar --extract --file /src/target/offtake.jar META-INF/native \
    && cp META-INF/native/libnetty_tcnative_linux_"$(uname -m | sed s/aarch64/aarch_64/)".so /opt/offtake/ && rm -r META-INF
# A start against a mock API server says which classes a start needs; the cache holds them linked.
RUN mvn -B -ntp $MAVEN_OPTIONS -q -Ptraining

FROM docker.io/library/debian:12-slim
# That of the pom.
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Offtake" \
      org.opencontainers.image.description="GPU capacity contracts for Kubernetes: promise, place, prove." \
      org.opencontainers.image.source="https://github.com/offtake/offtake" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="docker.io/library/debian:12-slim"
COPY --from=build /opt/jre /opt/jre
# The jar keeps its time, which the cache remembers.
COPY --from=build /opt/offtake /opt/offtake
# glibc keeps an arena for each thread otherwise.
ENV MALLOC_ARENA_MAX=2
USER 65532:65532
WORKDIR /tmp
EXPOSE 8080
# With -jar the launcher reads the jar's list of 16,000 files once more.
ENTRYPOINT ["/opt/jre/bin/java", "@/opt/offtake/jvm.options", "-XX:AOTCache=/opt/offtake/offtake.aot", "-cp", "/opt/offtake/offtake.jar", "dev.offtake.cli.Main"]
CMD ["operator"]
