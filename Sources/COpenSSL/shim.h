#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

// RC2 and DES, with which old stores are encrypted, are in the library itself. Only the interface that is not deprecated
// needs a module for them, which Debian has in a package of its own.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/des.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rc2.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Stacks and templates of ASN.1 are macros, which Swift does not see.

static inline STACK_OF(PKCS12_SAFEBAG) *copenssl_read_bags(const unsigned char *der, long count) {
    return (STACK_OF(PKCS12_SAFEBAG) *)ASN1_item_d2i(NULL, &der, count, ASN1_ITEM_rptr(PKCS12_SAFEBAGS));
}

static inline int copenssl_count_bags(const STACK_OF(PKCS12_SAFEBAG) *bags) { return sk_PKCS12_SAFEBAG_num(bags); }

static inline const PKCS12_SAFEBAG *copenssl_bag(const STACK_OF(PKCS12_SAFEBAG) *bags, int index) {
    return sk_PKCS12_SAFEBAG_value(bags, index);
}

static inline void copenssl_free_bags(STACK_OF(PKCS12_SAFEBAG) *bags) {
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}

static inline int copenssl_count_contents(const STACK_OF(PKCS7) *contents) { return sk_PKCS7_num(contents); }

static inline PKCS7 *copenssl_content(const STACK_OF(PKCS7) *contents, int index) { return sk_PKCS7_value(contents, index); }

static inline void copenssl_free_contents(STACK_OF(PKCS7) *contents) { sk_PKCS7_pop_free(contents, PKCS7_free); }

// What encrypts a content and the encrypted bytes; 0 when it is not encrypted with a password, or lacks either.
static inline int copenssl_encrypted_content(const PKCS7 *content, const X509_ALGOR **algorithm, const ASN1_OCTET_STRING **bytes) {
    if (!PKCS7_type_is_encrypted(content) || !content->d.encrypted || !content->d.encrypted->enc_data) return 0;
    *algorithm = content->d.encrypted->enc_data->algorithm;
    *bytes = content->d.encrypted->enc_data->enc_data;
    return *algorithm && *bytes;
}

static inline int copenssl_is_data(const PKCS7 *content) { return PKCS7_type_is_data(content); }

static inline int copenssl_is_encrypted(const PKCS7 *content) { return PKCS7_type_is_encrypted(content); }

static inline PBEPARAM *copenssl_pbe_parameters(const X509_ALGOR *algorithm) {
    return (PBEPARAM *)ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);
}

static inline PBE2PARAM *copenssl_pbes2_parameters(const X509_ALGOR *algorithm) {
    return (PBE2PARAM *)ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);
}

static inline PBKDF2PARAM *copenssl_pbkdf2_parameters(const X509_ALGOR *algorithm) {
    return (PBKDF2PARAM *)ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), algorithm->parameter);
}

static inline SCRYPT_PARAMS *copenssl_scrypt_parameters(const X509_ALGOR *algorithm) {
    return (SCRYPT_PARAMS *)ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), algorithm->parameter);
}

// The string in a value of any type, when it is one of the given type.
static inline const ASN1_STRING *copenssl_string(const ASN1_TYPE *value, int type) {
    return value && value->type == type ? value->value.asn1_string : NULL;
}

// Writes a name as RFC 2253 has it, except that characters other than ASCII are themselves.
static inline int copenssl_print_name(BIO *memory, const X509_NAME *name) {
    return X509_NAME_print_ex(memory, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}

// Returns what BIO_get_mem_data, a macro, does.
static inline long copenssl_memory(BIO *memory, char **bytes) { return BIO_get_mem_data(memory, bytes); }

#endif
