internal import COpenSSL

/// Decrypts what was encrypted with a password, by the algorithms of PKCS #5 and PKCS #12.
///
/// RC2, with which Java before 16 encrypted certificates, and DES are asked of the library itself: OpenSSL 3 gives them to
/// its usual interface only with the module `legacy`, which an image need not have.
@safe
struct PasswordCipher {
    private let algorithm: UnsafePointer<X509_ALGOR>

    /// Takes an algorithm with its parameters, which must outlive this.
    init(_ algorithm: UnsafePointer<X509_ALGOR>) { unsafe self.algorithm = algorithm }

    /// Returns what was encrypted, or `nil` when the password is wrong or the bytes are damaged.
    /// - Throws: ``KeyStoreError`` with `unsupported`, `tooLarge` or `damaged`.
    func decrypt(
        _ bytes: UnsafePointer<ASN1_OCTET_STRING>,
        _ passphrase: Passphrase,
        _ budget: inout DerivationBudget
    ) throws(KeyStoreError) -> [UInt8]? {
        switch unsafe OBJ_obj2nid(algorithm.pointee.algorithm) {
        case NID_pbes2:
            try checkStrongCipher(&budget)
            return unsafe decryptByOpenSSL(bytes, passphrase)
        case NID_pbe_WithSHA1And3_Key_TripleDES_CBC, NID_pbe_WithSHA1And2_Key_TripleDES_CBC:
            try budget.spend(unsafe 2 * WeakParameters(algorithm).iterations)
            return unsafe decryptByOpenSSL(bytes, passphrase)
        case NID_pbe_WithSHA1And128BitRC2_CBC:
            return try unsafe decryptRC2(DERString.bytes(bytes), passphrase, keyBytes: 16, &budget)
        case NID_pbe_WithSHA1And40BitRC2_CBC:
            return try unsafe decryptRC2(DERString.bytes(bytes), passphrase, keyBytes: 5, &budget)
        case NID_pbeWithMD5AndDES_CBC:
            return try unsafe decryptDES(DERString.bytes(bytes), passphrase, EVP_md5(), &budget)
        case NID_pbeWithSHA1AndDES_CBC:
            return try unsafe decryptDES(DERString.bytes(bytes), passphrase, EVP_sha1(), &budget)
        default: throw unsafe unsupported(ObjectIdentity.name(algorithm.pointee.algorithm))
        }
    }

    private func unsupported(_ name: String) -> KeyStoreError {
        let advice = "encrypt it anew with AES, as 'openssl pkcs8 -topk8', 'openssl pkcs12 -export' and keytool do"
        return KeyStoreError(
            .unsupported,
            "the store is encrypted with \(KeyStoreError.shown(name)), which is not read; \(advice)"
        )
    }

    // MARK: PBES2

    /// Looks at what OpenSSL would do, so that what it cannot do is not taken for a wrong password.
    private func checkStrongCipher(_ budget: inout DerivationBudget) throws(KeyStoreError) {
        guard let parameters = unsafe copenssl_pbes2_parameters(algorithm) else { throw Self.damaged }
        defer { unsafe PBE2PARAM_free(parameters) }
        guard let derivation = unsafe parameters.pointee.keyfunc, let encryption = unsafe parameters.pointee.encryption
        else { throw Self.damaged }
        let cipher = unsafe ObjectIdentity.name(encryption.pointee.algorithm)
        guard unsafe Self.hasCipher(encryption) else { throw unsupported(cipher) }
        switch unsafe OBJ_obj2nid(derivation.pointee.algorithm) {
        case NID_id_pbkdf2:
            guard let parameters = unsafe copenssl_pbkdf2_parameters(derivation) else { throw Self.damaged }
            defer { unsafe PBKDF2PARAM_free(parameters) }
            try budget.spend(unsafe ASN1_INTEGER_get(parameters.pointee.iter))
        case NID_id_scrypt:
            guard let parameters = unsafe copenssl_scrypt_parameters(derivation) else { throw Self.damaged }
            defer { unsafe SCRYPT_PARAMS_free(parameters) }
            try Self.checkScrypt(
                unsafe ASN1_INTEGER_get(parameters.pointee.costParameter),
                unsafe ASN1_INTEGER_get(parameters.pointee.blockSize),
                unsafe ASN1_INTEGER_get(parameters.pointee.parallelizationParameter),
                &budget
            )
        default: throw unsafe unsupported(ObjectIdentity.name(derivation.pointee.algorithm))
        }
    }

    private static func hasCipher(_ encryption: UnsafePointer<X509_ALGOR>) -> Bool {
        guard let name = unsafe OBJ_nid2sn(OBJ_obj2nid(encryption.pointee.algorithm)),
            let cipher = unsafe EVP_CIPHER_fetch(nil, name, nil)
        else { return false }
        defer { unsafe EVP_CIPHER_free(cipher) }
        return unsafe EVP_CIPHER_get_mode(cipher) == EVP_CIPH_CBC_MODE
    }

    private static func checkScrypt(
        _ cost: Int,
        _ blockSize: Int,
        _ parallel: Int,
        _ budget: inout DerivationBudget
    ) throws(KeyStoreError) {
        let limit = 1 << 24
        guard (2...limit).contains(cost), (1...limit).contains(blockSize), (1...limit).contains(parallel) else {
            throw damaged
        }
        // OpenSSL lets scrypt have 32 MiB, and says no more than that decrypting failed.
        let memory = 128 * blockSize * (parallel + cost + 2)
        guard memory <= 32 << 20 else {
            throw KeyStoreError(
                .tooLarge,
                "decrypting takes \(memory >> 20) MiB of memory for scrypt, but at most 32 MiB are allowed"
            )
        }
        try budget.spend(cost * blockSize * parallel)
    }

    private func decryptByOpenSSL(_ bytes: UnsafePointer<ASN1_OCTET_STRING>, _ passphrase: Passphrase) -> [UInt8]? {
        unsafe passphrase.withCharacters { characters, count in
            var plain: UnsafeMutablePointer<UInt8>?
            var plainCount: Int32 = 0
            let encrypted = unsafe ASN1_STRING_get0_data(bytes)
            let encryptedCount = unsafe ASN1_STRING_length(bytes)
            let outcome = unsafe PKCS12_pbe_crypt(
                algorithm,
                characters,
                count,
                encrypted,
                encryptedCount,
                &plain,
                &plainCount,
                0
            )
            guard unsafe outcome != nil, let plain = unsafe plain else { return nil }
            defer { unsafe CRYPTO_clear_free(plain, Int(plainCount), "", 0) }
            return unsafe Array(UnsafeBufferPointer(start: plain, count: Int(plainCount)))
        }
    }

    private static var damaged: KeyStoreError {
        KeyStoreError(.damaged, "the store is damaged: how it is encrypted is not said as PKCS #5 has it")
    }

    // MARK: Weak ciphers

    /// The salt and the number of steps that all older algorithms have.
    private struct WeakParameters {
        let salt: [UInt8]
        let iterations: Int

        init(_ algorithm: UnsafePointer<X509_ALGOR>) throws(KeyStoreError) {
            guard let parameters = unsafe copenssl_pbe_parameters(algorithm) else { throw PasswordCipher.damaged }
            defer { unsafe PBEPARAM_free(parameters) }
            salt = unsafe DERString.bytes(parameters.pointee.salt)
            iterations = unsafe ASN1_INTEGER_get(parameters.pointee.iter)
            // Twice the number must not overflow.
            guard (1...Int(Int32.max)).contains(iterations) else { throw PasswordCipher.damaged }
        }
    }

    /// RC2 in the mode CBC with a key and an initialization vector of RFC 7292, appendix B.
    private func decryptRC2(
        _ bytes: [UInt8],
        _ passphrase: Passphrase,
        keyBytes: Int,
        _ budget: inout DerivationBudget
    ) throws(KeyStoreError) -> [UInt8]? {
        let parameters = try unsafe WeakParameters(algorithm)
        try budget.spend(2 * parameters.iterations)
        guard let key = Self.derive(passphrase, parameters, purpose: PKCS12_KEY_ID, keyBytes),
            var vector = Self.derive(passphrase, parameters, purpose: PKCS12_IV_ID, 8)
        else { return nil }
        var schedule = RC2_KEY()
        unsafe RC2_set_key(&schedule, Int32(keyBytes), key, Int32(8 * keyBytes))
        return unsafe Self.unpadded(bytes) { input, output, count in
            unsafe RC2_cbc_encrypt(input, output, count, &schedule, &vector, RC2_DECRYPT)
        }
    }

    /// DES in the mode CBC with a key and an initialization vector of RFC 8018, section 5.1.
    private func decryptDES(
        _ bytes: [UInt8],
        _ passphrase: Passphrase,
        _ digest: OpaquePointer?,
        _ budget: inout DerivationBudget
    ) throws(KeyStoreError) -> [UInt8]? {
        let parameters = try unsafe WeakParameters(algorithm)
        try budget.spend(parameters.iterations)
        var derived = (passphrase.bytes ?? []) + parameters.salt
        for _ in 0..<parameters.iterations {
            var next = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
            var count: UInt32 = 0
            guard unsafe EVP_Digest(derived, derived.count, &next, &count, digest, nil) == 1 else { return nil }
            derived = Array(next.prefix(Int(count)))
        }
        var (key, vector): (DES_cblock, DES_cblock) = ((0, 0, 0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0, 0, 0))
        unsafe withUnsafeMutableBytes(of: &key) { unsafe $0.copyBytes(from: derived[..<8]) }
        unsafe withUnsafeMutableBytes(of: &vector) { unsafe $0.copyBytes(from: derived[8..<16]) }
        var schedule = DES_key_schedule()
        unsafe DES_set_key_unchecked(&key, &schedule)
        return unsafe Self.unpadded(bytes) { input, output, count in
            unsafe DES_ncbc_encrypt(input, output, count, &schedule, &vector, DES_DECRYPT)
        }
    }

    private static func derive(
        _ passphrase: Passphrase,
        _ parameters: WeakParameters,
        purpose: Int32,
        _ count: Int
    ) -> [UInt8]? {
        var salt = parameters.salt
        var derived = [UInt8](repeating: 0, count: count)
        let outcome = unsafe passphrase.withCharacters { characters, length in
            unsafe PKCS12_key_gen_utf8(
                characters,
                length,
                &salt,
                Int32(salt.count),
                purpose,
                Int32(parameters.iterations),
                Int32(count),
                &derived,
                EVP_sha1()
            )
        }
        return outcome == 1 ? derived : nil
    }

    /// Decrypts blocks of 8 bytes and takes off their padding, which is as many bytes as each of its bytes says.
    private static func unpadded(
        _ bytes: [UInt8],
        _ decrypt: (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>, Int) -> Void
    ) -> [UInt8]? {
        guard !bytes.isEmpty, bytes.count.isMultiple(of: 8) else { return nil }
        var plain = [UInt8](repeating: 0, count: bytes.count)
        unsafe bytes.withUnsafeBufferPointer { input in
            unsafe plain.withUnsafeMutableBufferPointer { output in
                guard let input = input.baseAddress, let output = output.baseAddress else { return }
                unsafe decrypt(input, output, bytes.count)
            }
        }
        guard let padding = plain.last, (1...8).contains(padding),
            plain.suffix(Int(padding)).allSatisfy({ $0 == padding })
        else { return nil }
        return Array(plain.dropLast(Int(padding)))
    }
}
