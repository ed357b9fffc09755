package dev.offtake.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The static users of a control plane with their tokens, and the keys that sign service account tokens. */
final class Credentials {
    static final String ADMIN = "admin";
    static final String SCHEDULER = "system:kube-scheduler";
    static final String CONTROLLERS = "system:kube-controller-manager";

    private final Map<String, String> tokens = new TreeMap<>();
    private final Path tokenFile;
    private final Path privateKey;
    private final Path publicKey;

    private Credentials(Scratch scratch) {
        tokenFile = scratch.resolve("tokens.csv");
        privateKey = scratch.resolve("service-accounts.key");
        publicKey = scratch.resolve("service-accounts.pub");
    }

    static Credentials create(Scratch scratch) throws IOException {
        Credentials credentials = new Credentials(scratch);
        StringBuilder csv = new StringBuilder();
        for (String user : List.of(ADMIN, SCHEDULER, CONTROLLERS)) {
            String token = "testbed-" + user.replace(':', '-');
            credentials.tokens.put(user, token);
            csv.append(token).append(',').append(user).append(',').append(user);
            if (user.equals(ADMIN)) {
                csv.append(",\"system:masters\"");
            }
            csv.append('\n');
        }
        Files.writeString(credentials.tokenFile, csv);
        credentials.writeKeys();
        return credentials;
    }

    String token(String user) {
        return tokens.get(user);
    }

    Path tokenFile() {
        return tokenFile;
    }

    Path privateKey() {
        return privateKey;
    }

    Path publicKey() {
        return publicKey;
    }

    private void writeKeys() throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair keys = generator.generateKeyPair();
            Files.writeString(privateKey, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
            Files.writeString(publicKey, pem("PUBLIC KEY", keys.getPublic().getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] der) {
        String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
    }
}
