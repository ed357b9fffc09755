import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.Annotation;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.RecordAttribute;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeVisibleParameterAnnotationsAttribute;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Writes a jar anew for a JVM that starts sooner with it. What the classes do stays the same.
 *
 * <ul>
 *   <li>Classes of before Java 6 become classes of Java 17: an AOT cache of JDK 25 takes none that have no stack maps, and so
 *       leaves out all of picocli, which is a tenth of the time of a start.
 *   <li>Classes of the API lose the annotations that only the generator of the CRDs reads. Jackson asks for all that there
 *       are, and for each of their types the JVM writes a class, which no cache holds: a twentieth.
 * </ul>
 *
 * <pre>java ImageJar.java target/offtake.jar /opt/offtake/offtake.jar</pre>
 */
final class ImageJar {
    /** The first with stack maps; JDK-8317269 lets caches of JDK 26 do without. */
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    private static final String API = "dev/offtake/api/";

    /** Packages and types, as descriptors begin. */
    private static final List<String> FOR_THE_GENERATOR = List.of(
            "Lio/fabric8/generator/annotation/",
            "Lio/fabric8/crd/generator/annotation/",
            "Lio/fabric8/kubernetes/model/annotation/ShortNames;",
            "Lio/fabric8/kubernetes/model/annotation/Categories;",
            "Lcom/fasterxml/jackson/annotation/JsonClassDescription;",
            "Lcom/fasterxml/jackson/annotation/JsonPropertyDescription;");

    private ImageJar() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("usage: java ImageJar.java FROM.jar TO.jar");
            System.exit(2);
        }
        Path from = Path.of(arguments[0]);
        int renewed = 0;
        int relieved = 0;
        try (ZipFile jar = new ZipFile(from.toFile());
                URLClassLoader classes = new URLClassLoader(new URL[] {from.toUri().toURL()}, null);
                OutputStream file = Files.newOutputStream(Path.of(arguments[1]));
                ZipOutputStream to = new ZipOutputStream(file)) {
            ClassFile format = ClassFile.of(ClassHierarchyResolverOption.of(ClassHierarchyResolver.defaultResolver()
                    .orElse(ClassHierarchyResolver.ofResourceParsing(classes))));
            for (ZipEntry entry : Collections.list(jar.entries())) {
                byte[] content = jar.getInputStream(entry).readAllBytes();
                if (entry.getName().endsWith(".class")) {
                    ClassModel old = format.parse(content);
                    if (old.majorVersion() < FIRST_WITH_STACK_MAPS) {
                        content = format.transformClass(old, newer());
                        renewed++;
                    } else if (entry.getName().startsWith(API)) {
                        content = format.transformClass(old, relieved());
                        relieved++;
                    }
                }
                ZipEntry same = new ZipEntry(entry.getName());
                same.setTimeLocal(entry.getTimeLocal());
                to.putNextEntry(same);
                to.write(content);
                to.closeEntry();
            }
        }
        System.out.println(renewed + " classes of before Java 6 are now of Java 17, " + relieved + " of the API are relieved");
        if (renewed == 0 || relieved == 0) {
            throw new IllegalStateException("there are none of one kind: this is not needed any more, or looks in the wrong place");
        }
    }

    private static ClassTransform newer() {
        return ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL).andThen((builder, element) -> {
            if (element instanceof ClassFileVersion) {
                builder.withVersion(ClassFile.JAVA_17_VERSION, 0);
            } else {
                builder.with(element);
            }
        });
    }

    /** Without what is for the generator alone, wherever annotations stand. */
    private static ClassTransform relieved() {
        return (to, element) -> {
            switch (element) {
                case RuntimeVisibleAnnotationsAttribute all -> to.with(needed(all));
                case RecordAttribute record -> to.with(needed(record));
                case FieldModel field ->
                    to.transformField(
                            field,
                            (f, part) ->
                                    f.with(part instanceof RuntimeVisibleAnnotationsAttribute all ? needed(all) : part));
                case MethodModel method ->
                    to.transformMethod(
                            method,
                            (m, part) -> m.with(
                                    switch (part) {
                                        case RuntimeVisibleAnnotationsAttribute all -> needed(all);
                                        case RuntimeVisibleParameterAnnotationsAttribute all -> needed(all);
                                        default -> part;
                                    }));
                default -> to.with(element);
            }
        };
    }

    private static RuntimeVisibleAnnotationsAttribute needed(RuntimeVisibleAnnotationsAttribute all) {
        return RuntimeVisibleAnnotationsAttribute.of(needed(all.annotations()));
    }

    private static RuntimeVisibleParameterAnnotationsAttribute needed(RuntimeVisibleParameterAnnotationsAttribute all) {
        return RuntimeVisibleParameterAnnotationsAttribute.of(
                all.parameterAnnotations().stream().map(ImageJar::needed).toList());
    }

    private static RecordAttribute needed(RecordAttribute record) {
        return RecordAttribute.of(record.components().stream()
                .map(component -> RecordComponentInfo.of(
                        component.name(),
                        component.descriptor(),
                        component.attributes().stream()
                                .map(part -> part instanceof RuntimeVisibleAnnotationsAttribute all ? needed(all) : part)
                                .toList()))
                .toList());
    }

    private static List<Annotation> needed(List<Annotation> all) {
        return all.stream()
                .filter(one -> FOR_THE_GENERATOR.stream().noneMatch(one.className().stringValue()::startsWith))
                .toList();
    }
}
