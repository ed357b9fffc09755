package dev.offtake;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Which package may know which, and that the core is a function of its arguments. */
@AnalyzeClasses(packages = "dev.offtake", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] CORE = {
        "dev.offtake.fleet..",
        "dev.offtake.contract..",
        "dev.offtake.placement..",
        "dev.offtake.schedule..",
        "dev.offtake.ledger.."
    };

    private static final List<String> METERS =
            List.of("Gauge", "MultiGauge", "TimeGauge", "Timer", "DistributionSummary", "FunctionCounter");

    @ArchTest
    static final ArchRule eachPackageKnowsOnlyThoseBelowIt = Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.offtake..")
            .withOptionalLayers(true)
            .layer("fleet")
            .definedBy("dev.offtake.fleet..")
            .layer("contract")
            .definedBy("dev.offtake.contract..")
            .layer("placement")
            .definedBy("dev.offtake.placement..")
            .layer("schedule")
            .definedBy("dev.offtake.schedule..")
            .layer("ledger")
            .definedBy("dev.offtake.ledger..")
            .layer("api")
            .definedBy("dev.offtake.api..")
            .layer("translate")
            .definedBy("dev.offtake.translate..")
            .layer("sim")
            .definedBy("dev.offtake.sim..")
            .layer("operator")
            .definedBy("dev.offtake.operator..")
            .layer("web")
            .definedBy("dev.offtake.web..")
            .layer("cli")
            .definedBy("dev.offtake.cli..")
            .whereLayer("fleet")
            .mayNotAccessAnyLayer()
            .whereLayer("contract")
            .mayOnlyAccessLayers("fleet")
            .whereLayer("placement")
            .mayOnlyAccessLayers("fleet")
            .whereLayer("schedule")
            .mayOnlyAccessLayers("contract", "placement", "fleet")
            .whereLayer("ledger")
            .mayOnlyAccessLayers("contract", "fleet")
            .whereLayer("api")
            .mayNotAccessAnyLayer()
            .whereLayer("translate")
            .mayOnlyAccessLayers("api", "fleet", "contract", "placement", "schedule", "ledger")
            .whereLayer("sim")
            .mayOnlyAccessLayers("translate", "api", "fleet", "contract", "placement", "schedule", "ledger")
            .whereLayer("operator")
            .mayOnlyAccessLayers("translate", "api", "fleet", "contract", "placement", "schedule", "ledger");

    @ArchTest
    static final ArchRule everyClassLiesInAKnownPackage = classes()
            .should()
            .resideInAnyPackage(
                    "dev.offtake.fleet..",
                    "dev.offtake.contract..",
                    "dev.offtake.placement..",
                    "dev.offtake.schedule..",
                    "dev.offtake.ledger..",
                    "dev.offtake.api..",
                    "dev.offtake.translate..",
                    "dev.offtake.sim..",
                    "dev.offtake.operator..",
                    "dev.offtake.web..",
                    "dev.offtake.cli..");

    @ArchTest
    static final ArchRule theCoreKnowsTheJdkOnly = classes()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .onlyDependOnClassesThat(DescribedPredicate.describe(
                    "are of the core, the JDK or jspecify",
                    (JavaClass c) -> isOf(c, "dev.offtake") || isOf(c, "java") || isOf(c, "org.jspecify")));

    @ArchTest
    static final ArchRule theCoreHasNoClockNoThreadAndNoChance = noClasses()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Clock.class, Random.class, Thread.class)
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.concurrent..", "java.util.random..", "java.io..", "java.net..");

    @ArchTest
    static final ArchRule metricsComeFromTheirCatalog = noClasses()
            .that()
            .resideOutsideOfPackage("dev.offtake.operator.metrics..")
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "makes a meter",
                    call -> METERS.contains(call.getTargetOwner().getSimpleName())
                            || (isOf(call.getTargetOwner(), "io.micrometer")
                                    && List.of("counter", "gauge", "timer", "summary", "more")
                                            .contains(call.getName()))));

    @ArchTest
    static final ArchRule theCommandLineIsDeclaredInCode = noClasses()
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are annotations of picocli", (JavaClass c) -> isOf(c, "picocli") && c.isAnnotation()))
            .because("the operator would wait until they were read by reflection");

    @ArchTest
    static final ArchRule noTwoPackagesKnowEachOther =
            slices().matching("dev.offtake.(*)..").should().beFreeOfCycles();

    private static boolean isOf(JavaClass c, String root) {
        String name = c.getBaseComponentType().getPackageName();
        return c.getBaseComponentType().isPrimitive() || List.of(name).contains(root) || name.startsWith(root + ".");
    }
}
